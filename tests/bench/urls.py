"""The product's addresses and, before them, the bare ones (the CMS tree takes all the rest)."""

from config.urls import urlpatterns as product

from .bare.views import urlpatterns as bare

urlpatterns = [*bare, *product]
