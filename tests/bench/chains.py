"""The chains of middleware that the ceilings run through."""

# What a new Django project has; the ceilings run through these and nothing else.
USUAL = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
USUAL_WITH_CACHE = [
    "django.middleware.cache.UpdateCacheMiddleware",
    *USUAL,
    "django.middleware.cache.FetchFromCacheMiddleware",
]
