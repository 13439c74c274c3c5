"""Sales to nobody in particular: what a sales book writes where a customer would stand."""

import re

_NOBODY = re.compile(
    r"(?:ลูกค้า\s*)?(?:เงินสด|ทั่วไป|หน้าร้าน|ขาจร|ไม่ระบุ(?:ชื่อ|นาม)?|ไม่ทราบ(?:ชื่อ)?|ไม่มีชื่อ)|ลูกค้า(?:จร|ปลีก)?"
    r"|(?:ขาย|จ่าย)\s*(?:เงินสด|สด|ปลีก|หน้าร้าน)|[-–—.*]+"
    r"|(?:cash|walk[- ]?in|general|guest|retail|anonymous|unknown)(?:\s+(?:customer|sale|buyer|client)s?)?|n/?a|none|no name",
    re.IGNORECASE,
)


def names_nobody(text: str) -> bool:
    """Whether the words in the customer's column say that nobody was named: เงินสด, ลูกค้าทั่วไป, walk-in."""
    return bool(_NOBODY.fullmatch(text.strip(" \t\xa0()[]\"'“”")))
