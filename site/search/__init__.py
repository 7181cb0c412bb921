"""Search in Chinese: the index and query backend, the sources of hits, the results page."""
