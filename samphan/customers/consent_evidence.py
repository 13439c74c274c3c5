"""What a column about consent speaks of, and what its cells say: read with care, kept word for word.

The reading leans to the restrictive side: an objection is an objection wherever it stands, while no objection, a date or a
remark is no consent.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from samphan.customers.models import ConsentEvidence

Purpose, Channel, Reading = ConsentEvidence.Purpose, ConsentEvidence.Channel, ConsentEvidence.Reading

# Headings, in lower case without blanks and punctuation.
_OBJECTING = re.compile(
    r"optout|optedout|optsout|unsubscri|donot(?:call|contact|mail|email|sms|phone)|dnc$|nomarketing|suppress"
    r"|ไม่ยินยอม|ไม่รับข่าว|ไม่รับข้อมูล|ไม่รับโปร|ไม่ต้องการรับ|ไม่ประสงค์|ยกเลิกรับ|ยกเลิกการรับ|ถอนความยินยอม|ปฏิเสธ|ห้ามติดต่อ|ห้ามโทร|ห้ามส่ง"
)
_AGREEING = re.compile(
    r"consent|optin|optedin|acceptsmarketing|acceptsemail|acceptssms|agreesto|iagree|marketingpermission|marketingstatus|marketingcontactstatus"
    r"|newsletter|subscrib|legalbasis|pdpa|gdpr"
    r"|ยินยอม|รับข่าว|รับโปร|รับข้อมูลข่าว|รับข้อเสนอ|รับจดหมายข่าว|อนุญาตให้ติดต่อ|อนุญาตให้ส่ง|อนุญาตให้โทร|ยอมรับเงื่อนไข|ยอมรับนโยบาย"
)
_CHANNELS = (
    (Channel.SMS, re.compile(r"sms|เอสเอ็มเอส|ข้อความสั้น")),
    (Channel.LINE, re.compile(r"(?<!on)(?<!head)line|(?<!ออน)ไลน์")),
    (Channel.EMAIL, re.compile(r"email|mail|newsletter|อีเมล|จดหมายข่าว")),
    (Channel.PHONE, re.compile(r"call|phone|telesales|โทร")),
    (Channel.POST, re.compile(r"postal|bypost|fax|แฟกซ์|ไปรษณีย์")),
)
_PURPOSES = (
    (
        Purpose.SHARING,
        re.compile(r"third|partner|affiliate|sharing|shareddata|พันธมิตร|บุคคลที่สาม|บุคคลภายนอก|เปิดเผย|ส่งต่อ|บริษัทในเครือ"),
    ),
    (Purpose.ANALYSIS, re.compile(r"analy|profil|personali|วิเคราะห์|วิจัย")),
    (
        Purpose.MARKETING,
        re.compile(
            r"market|news|promo|offer|optin|optout|optedin|optedout|subscri|donot|dnc$|accepts|campaign|การตลาด|ข่าว|โปร|ข้อเสนอ|โฆษณา|ติดต่อ|โทร|ส่ง"
        ),
    ),
)

# Cells, in lower case without blanks at the ends.
_OBJECTS = re.compile(
    r"opt(?:ed)?[\s-]?out|unsubscribed|withdrawn?|declined?|denied|refused?|objected|no consent|not consented"
    r"|do not (?:call|contact|mail)"
    r"|ไม่ยินยอม|ไม่ให้ความยินยอม|ไม่อนุญาต|ไม่ตกลง|ไม่ยอมรับ|ไม่รับ.*|ไม่ต้องการ.*|ไม่สะดวก.*|ไม่ประสงค์.*|ปฏิเสธ|ถอน.*|ยกเลิก.*|ขอไม่.*"
)
_AGREES = re.compile(
    r"opt(?:ed)?[\s-]?in|subscribed|consent(?:s|ed)?|granted|agreed?|accept(?:s|ed)?|confirmed"
    r"|ยินยอม|ให้ความยินยอม|อนุญาต|ตกลง|ยอมรับ|ยินดี|รับ|รับข่าวสาร|สมัครรับ|ต้องการ"
)
_YES = frozenset(("yes", "y", "true", "t", "1", "on", "x", "✓", "✔", "☑", "✅", "ใช่", "ได้", "มี"))
_NO = frozenset(("no", "n", "false", "f", "0", "off", "✗", "✘", "☐", "❌", "ไม่", "ไม่ใช่", "ไม่ได้", "ไม่มี"))
_DATE = re.compile(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}(?:[ t].*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ConsentColumn:
    """What a heading speaks of.

    :param channel: "" where it names none. :param objects: whether a mark in the column means an objection.
    """

    purpose: str
    channel: str
    objects: bool

    def read(self, said: str) -> str:
        """Whether a cell says yes, no, or neither for sure."""
        text = " ".join(said.lower().split())
        if _OBJECTS.fullmatch(text):
            return Reading.NO
        if self.objects:
            return Reading.NO if text in _YES or _DATE.fullmatch(text) or _AGREES.fullmatch(text) else Reading.UNCLEAR
        if text in _NO:
            return Reading.NO
        return Reading.YES if text in _YES or _AGREES.fullmatch(text) else Reading.UNCLEAR

    def __str__(self) -> str:
        purpose = Purpose(self.purpose).label
        return f"{purpose} · {Channel(self.channel).label}" if self.channel else str(purpose)


def is_about_consent(heading: str) -> bool:
    """Whether a column of this heading holds consents or objections."""
    text = _bare(heading)
    return bool(_OBJECTING.search(text) or _AGREEING.search(text))


def read_heading(heading: str) -> ConsentColumn:
    """Purpose and channel of a column; without a word about either it is about personal data as such."""
    text = _bare(heading)
    channel = next((channel for channel, words in _CHANNELS if words.search(text)), "")
    purpose = next((purpose for purpose, words in _PURPOSES if words.search(text)), "")
    return ConsentColumn(
        str(purpose or (Purpose.MARKETING if channel else Purpose.DATA)), str(channel), bool(_OBJECTING.search(text))
    )


def note_of(heading: str) -> str:
    """What becomes of such a column, for whoever maps it."""
    return _("Kept as evidence (%(about)s); gives no consent by itself") % {"about": read_heading(heading)}


def _bare(heading: str) -> str:
    text = unicodedata.normalize("NFKC", heading).replace("\u0e4d\u0e32", "\u0e33").lower()
    return "".join(ch for ch in text if ch.isalnum() or unicodedata.category(ch) == "Mn")
