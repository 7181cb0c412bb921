"""Page types of the public site and its pictures."""

from .brand import BrandPage, CampaignPage
from .home import HomePage
from .news import Column, NewsIndexPage, NewsPage
from .pictures import PlatformImage, PlatformRendition
from .standard import StandardPage

__all__ = [
    "BrandPage",
    "CampaignPage",
    "Column",
    "HomePage",
    "NewsIndexPage",
    "NewsPage",
    "PlatformImage",
    "PlatformRendition",
    "StandardPage",
]
