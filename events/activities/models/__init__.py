"""What is offered (campaign, activity, shift, place) and who promised to come (sign-up)."""

from .activity import Activity, Campaign, Kind, Pillar
from .shift import PlaceRole, Shift, ShiftPlace
from .signup import ACTIVE_STATES, LIVE_STATES, SignUp

__all__ = [
    "ACTIVE_STATES",
    "LIVE_STATES",
    "Activity",
    "Campaign",
    "Kind",
    "Pillar",
    "PlaceRole",
    "Shift",
    "ShiftPlace",
    "SignUp",
]
