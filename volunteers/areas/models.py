"""The area tree: city › district › street › community › grid › micro-grid."""

from typing import ClassVar

from django.db import models
from treebeard.mp_tree import MP_Node


class Kind(models.TextChoices):
    """What an area is. Exclusive grids (学校、医院、市场、园区) hang under the community."""

    CITY = "city", "市"
    DISTRICT = "district", "区县"
    STREET = "street", "街道"
    COMMUNITY = "community", "社区"
    GRID = "grid", "网格"
    EXCLUSIVE_GRID = "exclusive", "专属网格"
    MICRO_GRID = "micro", "微网格"


GRID_KINDS = (Kind.GRID, Kind.EXCLUSIVE_GRID)


class Area(MP_Node):
    """One area. Closed, never deleted, when areas merge or split: history stays on it."""

    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    code = models.CharField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=60)
    intro = models.TextField("介绍", blank=True)
    head_name = models.CharField("网格长", max_length=50, blank=True)
    duty_phone = models.CharField("值班电话", max_length=20, blank=True)
    households = models.PositiveIntegerField("户数", null=True, blank=True)
    outline = models.JSONField("边界（GeoJSON，WGS-84）", null=True, blank=True)
    closed_at = models.DateTimeField("停用时间", null=True, blank=True)
    is_demo = models.BooleanField("演示数据", default=False)

    node_order_by: ClassVar[list[str]] = ["code"]

    class Meta:
        verbose_name = verbose_name_plural = "区域"

    def __str__(self) -> str:
        return self.name

    @property
    def is_grid(self) -> bool:
        """Grids are what units join and patrols walk."""
        return self.kind in GRID_KINDS

    def covers(self, other: "Area") -> bool:
        """Is `other` this area or below it? (paths only, no query)"""
        return other.path.startswith(self.path)
