"""Sealing of append-only rows (ARCHITECTURE decision 3): a beat task puts rows that are not yet
sealed into their stream's Merkle tree and signs the new head. No insert ever waits for it.

Rows are found by "has no SealedRow", never by `id > last`: a transaction that commits late has a
low id. The pass each half minute looks back WINDOW ids; the nightly one looks at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from . import seals
from .models import Seal, SealedRow
from .registry import Registry

WINDOW = 20_000
BATCH = 2_000


@dataclass(frozen=True)
class Stream:
    """A table whose rows are sealed; `leaf` gives the bytes of the columns that never change."""

    model: type[models.Model]
    leaf: Callable[[Any], bytes]


streams: Registry[Stream] = Registry("seal stream")


def seal(stream: str, *, everything: bool = False, at: datetime | None = None) -> int:
    """Seal what is not yet sealed, in batches; returns how many rows. Two workers at once: the
    unique position lets one in, the other stops and finds nothing left the next time."""
    done = 0
    while True:
        try:
            with transaction.atomic():
                n = _seal_batch(stream, everything, at or timezone.now())
        except IntegrityError:
            return done
        done += n
        if n < BATCH:
            return done


def _seal_batch(name: str, everything: bool, at: datetime) -> int:
    entry = streams.get(name)
    sealed = SealedRow.objects.filter(stream=name)
    rows = entry.model._default_manager.filter(
        ~Exists(sealed.filter(row_id=OuterRef("pk"))),
    ).order_by("pk")
    if not everything:
        newest = sealed.aggregate(newest=Max("row_id"))["newest"] or 0
        rows = rows.filter(pk__gt=newest - WINDOW)
    batch = list(rows[:BATCH])
    if not batch:
        return 0
    last = Seal.objects.filter(stream=name).order_by("-size").first()
    frontier = seals.Frontier()
    if last is not None:
        frontier = seals.Frontier(last.size, tuple(bytes.fromhex(r) for r in last.frontier))
    leaves = [entry.leaf(row) for row in batch]
    grown = frontier.extended(leaves)
    SealedRow.objects.bulk_create(
        SealedRow(
            stream=name,
            position=frontier.size + n,
            row_id=row.pk,
            leaf=seals.leaf_hash(leaf).hex(),
        )
        for n, (row, leaf) in enumerate(zip(batch, leaves, strict=True))
    )
    head = seals.Head(name, grown.size, grown.head(), at)
    Seal.objects.create(
        stream=name,
        size=grown.size,
        head=grown.head().hex(),
        frontier=[root.hex() for root in grown.roots],
        signature=seals.sign_head(head).hex(),
        public_key=seals.public_key_bytes().hex(),
        at=at,
    )
    return len(batch)


def verify(stream: str) -> list[str]:
    """Recompute a stream from its rows: sentences about what does not fit (empty: all is well).
    Checks each sealed row's leaf, each head against the leaves, and each signature."""
    entry = streams.get(stream)
    wrong: list[str] = []
    rows = {row.pk: row for row in entry.model._default_manager.all()}
    frontier = seals.Frontier()
    heads = {row.size: row for row in Seal.objects.filter(stream=stream)}
    for place in SealedRow.objects.filter(stream=stream).order_by("position"):
        row = rows.get(place.row_id)
        leaf = entry.leaf(row) if row is not None else b""
        if row is None or seals.leaf_hash(leaf).hex() != place.leaf:
            wrong.append(f"{stream} row {place.row_id} is not what was sealed")
        frontier = frontier.extended([leaf])
        kept = heads.pop(frontier.size, None)
        if kept is not None:
            head = seals.Head(stream, kept.size, bytes.fromhex(kept.head), kept.at)
            if frontier.head().hex() != kept.head:
                wrong.append(f"{stream} head at {kept.size} does not fit its rows")
            key = bytes.fromhex(kept.public_key)
            if not seals.verify_head(head, bytes.fromhex(kept.signature), key):
                wrong.append(f"{stream} head at {kept.size} is not signed by the house")
    wrong += [f"{stream} head at {size} has no rows" for size in heads]
    return wrong
