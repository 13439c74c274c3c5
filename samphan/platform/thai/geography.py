"""Provinces, districts, subdistricts and postcodes of Thailand, looked up by code or by Thai and English name."""

import gzip
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple


class Province(NamedTuple):
    """A province: two-digit code, Thai and English name."""

    code: str
    name: str
    name_en: str


class District(NamedTuple):
    """A district (อำเภอ, in Bangkok เขต): four-digit code that begins with the province's."""

    code: str
    name: str
    name_en: str


class Subdistrict(NamedTuple):
    """A subdistrict (ตำบล, in Bangkok แขวง): six-digit code that begins with the district's, and its postcode."""

    code: str
    name: str
    name_en: str
    postcode: str


class Geography(NamedTuple):
    """The whole country by code, and the codes by folded name (see `fold`) and postcode."""

    provinces: dict[str, Province]
    districts: dict[str, District]
    subdistricts: dict[str, Subdistrict]
    province_codes: dict[str, str]
    district_codes: dict[str, tuple[str, ...]]
    subdistrict_codes: dict[str, tuple[str, ...]]
    postcodes: dict[str, tuple[str, ...]]


_PROVINCE_ALIASES = {
    "10": ("กทม", "กรุงเทพ", "กรุงเทพฯ", "กทมฯ", "กรุงเทพมหานครฯ", "bkk", "bangkokmetropolis", "krungthep"),
    "14": ("อยุธยา", "ayutthaya", "ayudhya", "phranakhonsriayutthaya"),
    "30": ("โคราช", "korat"),
    "34": ("อุบล",),
    "41": ("อุดร",),
    "80": ("นครศรี",),
    "84": ("สุราษฎร์", "สุราษ"),
    "11": ("samutprakarn",),
    "20": ("chonburi",),
    "38": ("buengkan",),
}
_FOLD = str.maketrans("", "", " .-'\u00a0\u200b")
_SPELLINGS = (("muang", "mueang"), ("nakorn", "nakhon"), ("khonkhaen", "khonkaen"), ("sub-district", ""))


@lru_cache(maxsize=65_536)
def fold(name: str) -> str:
    """Return a place name for looking up: lower case, without spaces, dots and hyphens, one spelling of Mueang."""
    name = name.translate(_FOLD)
    if name.isascii():
        name = name.lower()
        for other, usual in _SPELLINGS:
            name = name.replace(other, usual)
    return name


@lru_cache(maxsize=1)
def geography() -> Geography:
    """Load the shipped table once, about 30 ms."""
    provinces: dict[str, Province] = {}
    districts: dict[str, District] = {}
    subdistricts: dict[str, Subdistrict] = {}
    text = gzip.decompress(files("samphan.platform.thai").joinpath("data/geography.tsv.gz").read_bytes()).decode()
    for line in text.splitlines():
        cells = line.split("\t")
        if len(cells[0]) == 2:
            provinces[cells[0]] = Province(*cells)
        elif len(cells[0]) == 4:
            districts[cells[0]] = District(*cells)
        else:
            subdistricts[cells[0]] = Subdistrict(*cells)
    province_codes = {fold(alias): code for code, names in _PROVINCE_ALIASES.items() for alias in names}
    for province in provinces.values():
        province_codes[fold(province.name)] = province_codes[fold(province.name_en)] = province.code
    district_codes: dict[str, list[str]] = {}
    for district in districts.values():
        for key in {fold(district.name), fold(district.name_en)}:
            district_codes.setdefault(key, []).append(district.code)
        if district.name.startswith("เมือง"):
            for key in ("เมือง", "mueang"):
                district_codes.setdefault(key, []).append(district.code)
    subdistrict_codes: dict[str, list[str]] = {}
    postcodes: dict[str, list[str]] = {}
    for subdistrict in subdistricts.values():
        for key in {fold(subdistrict.name), fold(subdistrict.name_en)}:
            subdistrict_codes.setdefault(key, []).append(subdistrict.code)
        postcodes.setdefault(subdistrict.postcode, []).append(subdistrict.code)
    return Geography(
        provinces,
        districts,
        subdistricts,
        province_codes,
        _frozen(district_codes),
        _frozen(subdistrict_codes),
        _frozen(postcodes),
    )


def find_province(name: str) -> Province | None:
    """Return the province of that Thai, English or everyday name (กทม., โคราช), with or without จังหวัด."""
    table = geography()
    key = fold(name)
    # One prefix and never both: จันทบุรี begins with the short one.
    names = (key, key.removeprefix("จังหวัด"), key.removeprefix("จ"))
    code = next((table.province_codes[one] for one in names if one in table.province_codes), None)
    return table.provinces[code] if code else None


def _frozen(index: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(codes) for key, codes in index.items()}
