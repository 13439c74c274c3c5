"""Invent the customers of the demo company: who they are, where they live, and how they buy."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from samphan.platform.thai.geography import Province, Subdistrict, find_province, geography
from samphan.platform.thai.partial_dates import PartialDate
from samphan.platform.thai.romanise import romanise
from samphan.platform.thai.tax_ids import check_digit
from samphan.runtime.demo import names
from samphan.runtime.demo.cast import ORGANISATIONS, PEOPLE, Role

BANGKOK = ZoneInfo("Asia/Bangkok")
PERSONS, COMPANIES = 1_120, 180  # in all, those of the cast included
HISTORY_DAYS = 730
MOBILE = ("81", "82", "83", "86", "87", "89", "91", "92", "94", "95", "98", "62", "63", "65")
CITY_LINES = {"bangkok": (2, 2_110_000, 9_899_999), "chiangmai": (53, 200_000, 899_999)}  # area code, numbers
Choices = Sequence[tuple[str, int]]

# Province, and how many of a hundred customers live there.
HOMES = {
    "bangkok": (("กรุงเทพมหานคร", 76), ("นนทบุรี", 11), ("ปทุมธานี", 6), ("สมุทรปราการ", 7)),
    "chiangmai": (("เชียงใหม่", 84), ("ลำพูน", 10), ("เชียงราย", 6)),
    "upcountry": (
        ("ลำปาง", 16), ("ชลบุรี", 14), ("ขอนแก่น", 12), ("นครราชสีมา", 14), ("ภูเก็ต", 8), ("พิษณุโลก", 7), ("ระยอง", 6),
        ("อุบลราชธานี", 6), ("นครปฐม", 6), ("ตาก", 3), ("สุราษฎร์ธานี", 5), ("น่าน", 3),
    ),
    "south": (("ปัตตานี", 40), ("สงขลา", 40), ("ยะลา", 20)),
}  # fmt: skip
CITIES = (("bangkok", 55), ("chiangmai", 29), ("upcountry", 16))
# Districts near the two shops, where most members live.
NEAR = {
    "กรุงเทพมหานคร": ("พญาไท", "จตุจักร", "ดินแดง", "ดุสิต", "ห้วยขวาง"),
    "เชียงใหม่": ("เมืองเชียงใหม่", "แม่ริม", "หางดง", "สารภี"),
}
SOURCES = (
    ("หน้าร้าน", 38),
    ("ไลน์", 17),
    ("Facebook", 12),
    ("Shopee", 13),
    ("เว็บไซต์", 8),
    ("แนะนำเพื่อน", 8),
    ("งานแสดงกาแฟ", 4),
)
PERSON_TAGS = ("คั่วอ่อน", "คั่วกลาง", "คั่วเข้ม", "นมโอ๊ต", "ไม่ใส่น้ำตาล", "ดีแคฟ", "เวิร์กช็อปดริป", "รับที่ร้าน")
TAG_TONES = {
    "สมาชิก": "violet", "ขายส่ง": "sky", "คาเฟ่": "amber", "โรงแรม": "teal", "ร้านอาหาร": "orange", "เบเกอรี่": "rose",
    "ของขวัญองค์กร": "green", "แนะนำเพื่อน": "teal", "ลูกค้าต่างชาติ": "sky",
}  # fmt: skip
NOTES = (
    "ขอบดสำหรับดริปทุกครั้ง", "รับที่ร้านตอนเย็น โทรก่อนถึง", "แพ้นมวัว ใช้นมโอ๊ตเท่านั้น", "ซื้อให้คุณแม่ด้วย ชอบคั่วเข้ม",
    "ขอใบกำกับภาษีทุกบิล", "ชอบลองล็อตใหม่ แจ้งทางไลน์", "ส่งที่ทำงาน ฝากป้อมได้", "บดหยาบสำหรับเฟรนช์เพรส", "ไม่รับสาย ทักไลน์เท่านั้น",
    "มากับเพื่อนทุกวันอาทิตย์ นั่งโต๊ะใหญ่",
)  # fmt: skip
# How a person buys: how many of a hundred, orders, days between them, baht for each.
HABITS = (
    ("looking", 11, (0, 0), (0, 0), (0, 0)),
    ("once", 25, (1, 1), (30, 30), (180, 1200)),
    ("now_and_then", 38, (2, 9), (45, 120), (220, 1100)),
    ("regular", 21, (8, 34), (14, 38), (260, 900)),
    ("daily", 5, (40, 110), (4, 11), (110, 320)),
)


@dataclass
class Invented:
    """A customer before it is written; `buys` says how often and for how much, `None` for those who only look."""

    id: UUID
    kind: str
    name: str
    joined: datetime
    first_name: str = ""
    last_name: str = ""
    title: str = ""
    name_en: str = ""
    nickname: str = ""
    gender: str = ""
    birth_date: str | None = None  # as stored, with XX for unknown parts
    tax_id: str = ""
    branch: str = ""
    language: str = "th"
    source: str = ""
    note: str = ""
    owner: str = ""  # key of a member
    city: str = "bangkok"
    grade: str = ""
    stage: str = ""  # set beforehand only for those who have a story
    identities: list[tuple[str, str]] = field(default_factory=list)
    address: tuple[str, Subdistrict | None, str, str] = ("", None, "", "")  # line, subdistrict, district, province
    tags: list[str] = field(default_factory=list)
    orders: int = 0
    every: float = 0.0
    last: int = 0
    average: float = 0.0
    likes: str = "medium"
    slows: float = 1.0


def seeded_uuid7(random: Random, at: datetime) -> UUID:
    """A UUIDv7 of that moment whose other bits come from the seed, so that the same demo has the same addresses."""
    milliseconds = int(at.timestamp() * 1000)
    value = (milliseconds << 80) | random.getrandbits(80)
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    return UUID(int=(value & ~(0x3 << 62)) | (0x2 << 62))


class Population:
    """Invents people and organisations; every number it gives away is given once."""

    def __init__(self, random: Random, today: date) -> None:
        self.random = random
        self.today = today
        self.taken: set[str] = set()
        self.places = _places()
        self.made: list[Invented] = []

    def invent(self) -> list[Invented]:
        """All customers, oldest first."""
        for role in PEOPLE:
            self.made.append(self._cast(role, "person"))
        for role in ORGANISATIONS:
            self.made.append(self._cast(role, "organisation"))
        counts = Counter(customer.kind for customer in self.made)
        for first, last, gender in names.MUSLIM[1:]:
            self._person(first, last, gender, city="south")
        for first, last, gender in names.FOREIGN[1:]:
            self._person(first, last, gender, city=self._pick(CITIES[:2]), language="en")
        invented = len(names.MUSLIM) + len(names.FOREIGN) - 2
        families = names.families()
        for _number in range(PERSONS - counts["person"] - invented):
            is_female = self.random.random() < 0.61
            first = self.random.choice(names.FEMALE if is_female else names.MALE)
            self._person(
                first, self.random.choice(families), "female" if is_female else "male", city=self._pick(CITIES)
            )
        self._organisations(COMPANIES - counts["organisation"])
        return sorted(self.made, key=lambda customer: customer.joined)

    # People

    def _person(self, first: str, last: str, gender: str, *, city: str, language: str = "th") -> None:
        random = self.random
        habit, _share, orders, every, average = self._habit()
        customer = self._new("person", f"{first} {last}", city)
        customer.first_name, customer.last_name, customer.gender, customer.language = first, last, gender, language
        is_thai = language == "th"
        customer.title = random.choices(
            ("คุณ", "นาย" if gender == "male" else "นางสาว", "นาง" if gender == "female" else "คุณ", ""), (62, 16, 6, 16)
        )[0] if is_thai else ("Mr." if gender == "male" else "Ms.")  # fmt: skip
        if is_thai and random.random() < 0.5:
            customer.nickname = random.choice(names.FEMALE_NICKNAMES if gender == "female" else names.MALE_NICKNAMES)
        if not is_thai:
            customer.name_en = customer.name
            customer.tags.append("ลูกค้าต่างชาติ")
        self._buys(customer, orders, every, average, lapses=0.2 if habit in ("regular", "daily") else 0.42)
        customer.likes = random.choices(("light", "medium", "dark", "tea"), (24, 40, 22, 14))[0]
        if habit == "looking":
            customer.stage = "prospect" if random.random() < 0.65 else "lead"
        is_member = habit in ("regular", "daily") or (habit == "now_and_then" and random.random() < 0.55)
        self._contacts(customer, is_member=is_member)
        if is_member and random.random() < 0.65:
            birth = date(1955, 1, 1) + timedelta(days=int(random.triangular(0, 19_000, 12_500)))
            customer.birth_date = str(_remembered(birth))
        if is_member and random.random() < 0.5:
            customer.tags.append("สมาชิก")
        if random.random() < 0.3:
            customer.tags.append(random.choice(PERSON_TAGS))
        if habit in ("regular", "daily") and random.random() < 0.09:
            customer.tags.append("แนะนำเพื่อน")
            customer.stage = "advocate"
        if random.random() < 0.12:
            customer.note = random.choice(NOTES)
        customer.source = self._pick(SOURCES)
        customer.owner = self._owner(city) if random.random() < (0.85 if is_member else 0.35) else ""
        if random.random() < 0.62:
            customer.address = self._address(city)
        self.made.append(customer)

    def _habit(self) -> tuple[str, int, tuple[int, int], tuple[int, int], tuple[int, int]]:
        return self.random.choices(HABITS, [habit[1] for habit in HABITS])[0]

    def _buys(
        self,
        customer: Invented,
        orders: tuple[int, int],
        every: tuple[float, float],
        average: tuple[float, float],
        *,
        lapses: float,
    ) -> None:
        random = self.random
        customer.orders = int(random.triangular(orders[0], orders[1] + 1, orders[0]))
        if not customer.orders:
            return
        customer.every = random.uniform(*every)
        customer.average = random.uniform(*average)
        if customer.orders == 1:
            customer.last = int(random.triangular(0, 700, 60))
        elif random.random() < lapses:
            # Gone: the longer ago, the fewer orders fit before it.
            customer.last = min(600, int(customer.every * random.uniform(1.6, 9)))
        else:
            customer.last = int(customer.every * random.random())
        # Nobody has more orders than the time since the shop keeps records allows.
        customer.orders = max(1, min(customer.orders, int((HISTORY_DAYS - customer.last) / customer.every * 0.9)))
        customer.joined = self._moment(customer.last + customer.every * customer.orders * 1.2 + random.randint(0, 90))

    # Organisations

    def _organisations(self, count: int) -> None:
        random = self.random
        used: set[str] = set()
        while len(used) < count:
            share = random.random()
            if share < 0.52:
                name = random.choice(names.CAFE_PATTERNS).format(random.choice(names.SHOP_WORDS))
                tags, wants = [random.choice(("คาเฟ่", "คาเฟ่", "เบเกอรี่", "ร้านอาหาร"))], "wholesale"
                if random.random() < 0.2:
                    name = f"บริษัท {name.removeprefix('ร้าน')} จำกัด"
                elif random.random() < 0.1:
                    name = f"หจก. {name.removeprefix('ร้าน')}"
            elif share < 0.66:
                name, tags, wants = f"โรงแรม{random.choice(names.HOTEL_WORDS)}", ["โรงแรม"], "wholesale"
            elif share < 0.72:
                name = f"สหกรณ์ร้านค้า{random.choice(names.SHOP_WORDS)} จำกัด"
                tags, wants = ["สหกรณ์"], "wholesale"
            else:
                words = f"{random.choice(names.COMPANY_WORDS)} {random.choice(names.COMPANY_KINDS)}"
                name = f"หจก. {words}" if random.random() < 0.25 else f"บริษัท {words} จำกัด"
                tags, wants = ["สำนักงาน"], random.choice(("wholesale", "gift"))
            if name in used:
                continue
            used.add(name)
            self._organisation(name, tags, wants)

    def _organisation(self, name: str, tags: list[str], wants: str) -> None:
        random = self.random
        customer = self._new("organisation", name, self._pick(CITIES))
        customer.tags, customer.likes = tags, wants
        share = random.random()
        if share < 0.14:
            customer.stage = random.choice(("lead", "lead", "prospect"))
        elif wants == "gift":
            customer.tags.append("ของขวัญองค์กร")
            self._buys(customer, (1, 5), (80, 160), (4_000, 26_000), lapses=0.2)
        elif share < 0.6:
            customer.tags.append("ขายส่ง")
            self._buys(customer, (20, 60), (7, 16), (1_300, 4_800), lapses=0.16)
        else:
            self._buys(customer, (3, 16), (24, 50), (900, 3_600), lapses=0.3)
        customer.address = self._address(customer.city)
        self._register(customer)
        self._contacts(customer, is_member=False)
        customer.source = self._pick(
            (("พนักงานขาย", 40), ("แนะนำเพื่อน", 20), ("งานแสดงกาแฟ", 18), ("ไลน์", 12), ("เว็บไซต์", 10))
        )
        customer.owner = "boy" if random.random() < 0.6 else self._owner(customer.city)
        self.made.append(customer)

    def _register(self, customer: Invented) -> None:
        """A tax number with the right check digit for those that are registered, a branch for some."""
        registered = customer.name.startswith(("บริษัท", "หจก.", "สหกรณ์", "มูลนิธิ", "โรงแรม"))
        if not registered and self.random.random() > 0.25:
            return
        kind = {"บริษัท": "5", "หจก.": "3", "สหกรณ์": "4"}.get(customer.name.split(" ")[0], "5")
        while not customer.tax_id or customer.tax_id in self.taken:
            place = customer.address[1].code[:2] if customer.address[1] else "10"
            twelve = f"0{place}{kind}5{self.random.randint(40, 68)}{self.random.randint(0, 99_999):05d}"
            customer.tax_id = twelve + str(check_digit(twelve))
        self.taken.add(customer.tax_id)
        customer.branch = "00000" if self.random.random() < 0.9 else f"{self.random.randint(1, 12):05d}"

    # The cast

    def _cast(self, role: Role, kind: str) -> Invented:
        customer = self._new(kind, role.name, role.city)
        if kind == "person":
            customer.first_name, _space, customer.last_name = role.name.partition(" ")
            is_female = customer.first_name in names.FEMALE or customer.first_name in ("นูรียะ", "Sarah")
            customer.gender = "female" if is_female else "male"
        customer.title, customer.nickname, customer.name_en = role.title, role.nickname, role.name_en
        customer.language = "en" if customer.name.isascii() else "th"
        customer.owner, customer.note, customer.stage = role.owner, role.note, role.stage
        customer.tags = list(role.tags)
        customer.orders, customer.every, customer.last = role.orders, role.every, role.last
        customer.average, customer.likes, customer.slows = role.average, role.likes, role.slows
        customer.birth_date = role.birth or None
        given = {"phone": role.phone, "line": role.line, "email": role.email, "member": role.member}
        if given["phone"]:
            given["phone"] = "+66" + given["phone"][1:]
        self._contacts(customer, is_member="สมาชิก" in role.tags, given=given)
        customer.address = self._address(role.city)
        if role.nickname == "แพร":
            place = next(one for one in self.places["กรุงเทพมหานคร"] if one.code.startswith("1014"))
            customer.address = ("12/8 ซ.อารีย์สัมพันธ์ 5", place, "พญาไท", "กรุงเทพมหานคร")
        if kind == "organisation":
            self._register(customer)
        customer.source = role.source or ("พนักงานขาย" if kind == "organisation" else self._pick(SOURCES))
        customer.joined = self._moment(role.last + role.every * role.orders * 1.25 + 20)
        return customer

    # Parts

    def _new(self, kind: str, name: str, city: str) -> Invented:
        joined = self._moment(int(self.random.triangular(0, HISTORY_DAYS, 40)))
        return Invented(seeded_uuid7(self.random, joined), kind, name, joined, city=city)

    def _moment(self, days_ago: float) -> datetime:
        day = self.today - timedelta(days=min(int(days_ago), HISTORY_DAYS + 400))
        # Before opening time, so that nobody buys before they are known.
        moment = datetime.combine(day, time(5, self.random.randint(0, 59), self.random.randint(0, 59)), BANGKOK)
        return moment.astimezone(UTC)

    def _contacts(self, customer: Invented, *, is_member: bool, given: dict[str, str] | None = None) -> None:
        random = self.random
        given = given or {}
        is_person = customer.kind == "person"
        latin = _latin(customer)
        if given.get("phone") or random.random() < 0.86:
            customer.identities.append(("phone", given.get("phone") or self._once(lambda: self._phone(customer))))
            if not is_person and random.random() < 0.3:
                customer.identities.append(("phone", self._once(self._mobile)))
        if given.get("line") or random.random() < (0.55 if is_person else 0.4):
            line = given.get("line") or self._once(
                lambda: (
                    latin.replace(" ", random.choice((".", "_", "")))[:14]
                    + random.choice(("", str(random.randint(1, 99))))
                )
            )
            customer.identities.append(("line", line))
        if given.get("email") or random.random() < (0.42 if is_person else 0.7):
            email = given.get("email") or self._once(
                lambda: f"{latin.replace(' ', '.')[:24]}{random.choice(('', random.randint(1, 999)))}@example.com"
            )
            customer.identities.append(("email", email))
        if given.get("member") or is_member:
            member = given.get("member") or self._once(lambda: f"88014{random.randint(4_200_000, 4_239_999)}")
            customer.identities.append(("member", member))

    def _phone(self, customer: Invented) -> str:
        if customer.kind == "person" or customer.city not in CITY_LINES:
            return self._mobile()
        area, lowest, highest = CITY_LINES[customer.city]
        return f"+66{area}{self.random.randint(lowest, highest)}"

    def _mobile(self) -> str:
        return f"+66{self.random.choice(MOBILE)}{self.random.randint(0, 9_999_999):07d}"

    def _once(self, make: Callable[[], str]) -> str:
        while (value := make()) in self.taken:
            pass
        self.taken.add(value)
        return value

    def _address(self, city: str) -> tuple[str, Subdistrict | None, str, str]:
        random = self.random
        province = self._pick(HOMES[city])
        place = random.choice(self.places[province])
        if province in NEAR and random.random() < 0.6:
            near = [one for one in self.places[province] if geography().districts[one.code[:4]].name in NEAR[province]]
            place = random.choice(near)
        district = geography().districts[place.code[:4]].name
        roads: tuple[str, ...] = names.ROADS
        if province == "กรุงเทพมหานคร":
            roads = names.ROADS_BANGKOK
        elif district == "เมืองเชียงใหม่":
            roads = names.ROADS_CHIANG_MAI
        number = f"{random.randint(1, 999)}" + (f"/{random.randint(1, 99)}" if random.random() < 0.6 else "")
        is_bangkok = roads is names.ROADS_BANGKOK
        lane = f" ซ.{random.randint(1, 71)}" if is_bangkok and random.random() < 0.6 else ""
        village = f" หมู่ {random.randint(1, 12)}" if not is_bangkok and random.random() < 0.5 else ""
        line = f"{number}{village}{lane} {random.choice(roads)}"
        return line, place, district, province

    def _owner(self, city: str) -> str:
        weights = (40, 20, 10, 30) if city == "bangkok" else (20, 14, 50, 16)
        return self.random.choices(("may", "boy", "kong", "pui"), weights)[0]

    def _pick(self, choices: Choices) -> str:
        return self.random.choices([choice for choice, _weight in choices], [weight for _choice, weight in choices])[0]


def _remembered(birth: date) -> PartialDate:
    """What a shop knows of a birthday: of every tenth member not the year, of every fifteenth no day."""
    number = birth.toordinal()
    if number % 10 == 0:
        return PartialDate(None, birth.month, birth.day)
    if number % 15 == 1:
        return PartialDate(birth.year, birth.month if number % 2 else None)
    return PartialDate(birth.year, birth.month, birth.day)


def _places() -> dict[str, list[Subdistrict]]:
    """Subdistricts with a postcode by the name of their province, for the provinces where customers live."""
    wanted = {name for homes in HOMES.values() for name, _share in homes}
    codes: dict[str, Province] = {}
    for name in wanted:
        province = find_province(name)
        if province is None:
            raise LookupError(name)
        codes[province.code] = province
    places: dict[str, list[Subdistrict]] = {name: [] for name in wanted}
    for place in geography().subdistricts.values():
        province = codes.get(place.code[:2])
        if province is not None and place.postcode:
            places[province.name].append(place)
    return places


def _latin(customer: Invented) -> str:
    """A customer's name as it may stand in an e-mail address: letters a-z and single spaces."""
    if customer.kind == "person":
        text = customer.name
    else:
        text = customer.name
        for word in ("บริษัท", "จำกัด", "(มหาชน)", "หจก.", "ร้าน", "สหกรณ์", "&"):
            text = text.replace(word, " ")
    latin = " ".join(romanise(word) for word in text.split())
    letters = "".join(letter if letter.isascii() and letter.isalpha() else " " for letter in latin.lower())
    return " ".join(letters.split()) or "doimok"
