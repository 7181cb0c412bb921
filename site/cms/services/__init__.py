"""Every write of the CMS room that is not an editor's own in the back office."""

from .publishing import make_missing_renditions, make_renditions, publish_scheduled
from .reference import save_account, save_campaign
from .site import EDITORS, PLATFORM_STAFF, REVIEWERS, set_up_site

__all__ = [
    "EDITORS",
    "PLATFORM_STAFF",
    "REVIEWERS",
    "make_missing_renditions",
    "make_renditions",
    "publish_scheduled",
    "save_account",
    "save_campaign",
    "set_up_site",
]
