"""Where: the tree from city to micro-grid."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    """Area tree."""

    name = "volunteers.areas"
    label = "areas"
    verbose_name = "区域网格"
