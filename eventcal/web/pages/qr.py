"""Draws QR codes. The only module that imports segno."""

from __future__ import annotations

from functools import lru_cache

MAX_ADDRESS_BYTES = 600


@lru_cache(maxsize=256)
def qr_data_uri(address: str) -> str:
    """Returns *address* as a QR code, an SVG in a `data:` address: dark on white whatever the page's colours.

    "" for one of more than MAX_ADDRESS_BYTES, which no camera reads, and over some 2,300 no code holds.
    """
    if len(address.encode()) > MAX_ADDRESS_BYTES:
        return ""
    import segno  # late: a page without an address has no use for it

    code = segno.make(address, error="m", micro=False)
    return str(code.svg_data_uri(light="#fff", border=4, omitsize=True, encode_minimal=True))
