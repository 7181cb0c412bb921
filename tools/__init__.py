"""What make runs: the development server, the tests, the checks. None of it runs in production."""
