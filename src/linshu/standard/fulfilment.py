"""Fulfilment: parcels and the way of every piece, then vehicles and trips."""

from __future__ import annotations

from linshu.standard.parcels import PARCELS
from linshu.standard.trips import TRIPS

__all__ = ["FULFILMENT"]

FULFILMENT = (*PARCELS, *TRIPS)
