"""The ceilings: the barest Django that still does the work, in the same server as the product."""
