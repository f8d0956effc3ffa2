"""Sale: what is offered, what was ordered, and what came after."""

from __future__ import annotations

from linshu.standard.aftersale import AFTERSALE
from linshu.standard.offers import OFFERS
from linshu.standard.orders import ORDERED

__all__ = ["SALE"]

SALE = (*OFFERS, *ORDERED, *AFTERSALE)
