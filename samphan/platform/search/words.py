"""The words that names of a workspace are made of, under the keys by which a word spelt differently finds them.

Documents stay as they are: a search that finds too little looks up which words may have been meant, and then searches for
those. The table holds each word once, however many records are called so, and says nothing about whose it is.
"""

import re
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection
from rapidfuzz.distance import OSA

from samphan.platform.access import Viewer
from samphan.platform.conditions.folding import escape_like
from samphan.platform.search.query import LAST, Query, Word
from samphan.platform.search.sounds import LONGEST, keys, slips, sound_key, spelling_key
from samphan.platform.search.text import in_letters, normalise, query_words

SHORTEST_FOR_SLIPS = 3  # letters of a key; a slip in fewer makes any word of any other
FARTHEST = 0.5  # share of a word's letters that may differ, on average of how it looks and sounds
MOST_MEANT = 6  # words that one typed word may stand for
MOST_OF_EACH = 4  # and one of several, which the others help to tell apart
MOST_AGAIN = 60  # words of one look-up
_PART_BEGINS = 4  # letters of a compound's part from which it has keys of its own

# Words that companies' names are made of. Thai is written without spaces, so a slip behind the first of them would
# otherwise be one in the middle of a long word.
_JOINTS_TEXT = """
    การค้า การช่าง การพิมพ์ การเกษตร การแพทย์ การโยธา การไฟฟ้า ก่อสร้าง เกษตร กาแฟ เครื่องมือ เคมี เฟอร์นิเจอร์ เฟอร์นิช
    โลจิสติกส์ โฮม โรงแรม รีสอร์ท รุ่งเรือง เจริญ ทรัพย์ ทวีทรัพย์ ธุรกิจ บริการ พัฒนา พาณิชย์ พลาสติก ยานยนต์ อะไหล่
    ร้านอาหาร วัสดุ วัสดุภัณฑ์ วิศวกรรม สถาปัตย์ สยาม สากล สมุนไพร สตูดิโอ สปา อาหาร อาหารทะเล อินเตอร์ อิเล็กทรอนิกส์
    อุตสาหกรรม อุปกรณ์ เอ็นจิเนียริ่ง เอ็นเตอร์ไพรส์ แพคเกจจิ้ง แทรเวล ขนส่ง คลินิก ค้าข้าว ค้าไม้ คอนกรีต เซรามิก ดีไซน์ เดคคอร์
    เทรดดิ้ง เทคโนโลยี เทคนิค ทัวร์ ทัวริสต์ ประกันภัย ผลิตภัณฑ์ ฟาร์ม ฟู้ด ฟู้ดส์ มาร์เก็ตติ้ง มีเดีย ซัพพลาย ซีฟู้ด โซลูชั่น กรุ๊ป
    สกุล วงศ์ พงศ์ พงษ์ กุล ศักดิ์ สวัสดิ์ พานิช ไพศาล สมบูรณ์ มงคล ประเสริฐ วัฒนา สุวรรณ
"""
_JOINTS = tuple(sorted(_JOINTS_TEXT.split(), key=len, reverse=True))

_LEARN = """
    INSERT INTO platform_searchword (workspace_id, key, word)
    SELECT %s, made.key, made.word FROM unnest(%s::text[], %s::text[]) AS made(key, word) ON CONFLICT DO NOTHING
"""
_KNOWN = "SELECT 1 FROM platform_searchword WHERE workspace_id = %s AND key = %s AND word = %s"
_SAME = "SELECT key, word FROM platform_searchword WHERE workspace_id = %s AND key = ANY(%s::text[]) LIMIT %s"
# One narrow range of the primary key for each text that a word may begin with; the inner limit bounds the common ones.
_BEGINNING = """
    SELECT begun.key, begun.word FROM unnest(%s::text[]) AS wanted(key) CROSS JOIN LATERAL (
        SELECT w.key, w.word FROM platform_searchword w
         WHERE w.workspace_id = %s AND w.key >= wanted.key AND w.key < wanted.key || %s
         ORDER BY w.key LIMIT 3) AS begun
     LIMIT %s
"""


def learn(workspace_id: UUID, names: Iterable[str]) -> int:
    """Remember the words of these names; those that are known stay. Returns how many rows are new."""
    words = {word for name in names for word in words_of(name)}
    # In one order, so that two transactions that learn the same words wait for each other and never in a circle.
    rows = sorted({(key, word) for word in words for key in keys(word)})
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_LEARN, [workspace_id, [key for key, _word in rows], [word for _key, word in rows]])
        return int(cursor.rowcount)


def words_of(name: str) -> set[str]:
    """Return the words of a name that have keys; a compound's parts from each joint on are words too."""
    found = set()
    for word in query_words(name):
        word = word.strip(".-_")
        if not 2 <= len(word) <= LONGEST:
            continue
        found.add(word)
        if len(word) > 2 * _PART_BEGINS and not word.isascii():
            for joint in _JOINTS:
                at = word.find(joint, 2)
                if at > 0 and len(word) - at >= _PART_BEGINS and word[at - 1] not in "เแโใไ":
                    found.add(word[at:])
    return found


def sounding_alike(viewer: Viewer, query: Query) -> Query | None:
    """Return the query with the words that are spelt or sound like its own; None when there are none."""
    return _widened(viewer, query, [False] * len(query.words))


def nearly_spelt(viewer: Viewer, query: Query) -> Query | None:
    """Return the query with the words that are also one slip away from those of its own that nobody is called; or None.

    A word that somebody is called was more likely typed right, and widening it costs a search for each word that it may
    stand for; where somebody is called by every one of them, the slip is in any of them.
    """
    unknown = [not is_known(viewer, word) for word in query.words]
    return _widened(viewer, query, unknown if any(unknown) else [True] * len(unknown))


def is_known(viewer: Viewer, word: Word) -> bool:
    """True when somebody is called by this very word, or it is none that could be spelt wrongly."""
    typed = word.forms[0]
    wanted = keys(typed)
    if not wanted or not _IS_WORD.fullmatch(typed):
        return True
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [viewer.workspace_id, wanted[0], typed])
        return cursor.fetchone() is not None


def _widened(viewer: Viewer, query: Query, with_slips: Sequence[bool]) -> Query | None:
    most = MOST_MEANT if len(query.words) == 1 else MOST_OF_EACH
    words = [_meant(viewer, word, most, with_slips=each) for word, each in zip(query.words, with_slips, strict=True)]
    return Query(query.text, tuple(words)) if tuple(words) != query.words else None


def _meant(viewer: Viewer, word: Word, most: int, *, with_slips: bool) -> Word:
    typed = word.forms[0]
    wanted = keys(typed)
    # Numbers, addresses and accounts are not guessed.
    if len(typed) < 2 or not wanted or not _IS_WORD.fullmatch(typed):
        return word
    found: dict[str, float] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SAME, [viewer.workspace_id, list(wanted), MOST_AGAIN])
        _take(found, cursor.fetchall(), typed, 1.0)
        long_enough = [key for key in wanted if len(key) >= SHORTEST_FOR_SLIPS]
        if with_slips and long_enough:
            near = sorted({slip for key in long_enough for slip in slips(key) if len(slip) > 1})
            cursor.execute(_SAME, [viewer.workspace_id, near, MOST_AGAIN * 5])
            _take(found, cursor.fetchall(), typed, 2.0)
            if not found:
                # Perhaps the word goes on: what was typed so far, and then what is one slip away from it.
                begun = [key for key in (*long_enough, *near) if len(key) > SHORTEST_FOR_SLIPS]
                cursor.execute(_BEGINNING, [begun, viewer.workspace_id, LAST, MOST_AGAIN * 5])
                _take(found, cursor.fetchall(), typed, 3.0)
    found.pop(typed, None)
    closest = sorted(found.items(), key=lambda pair: (pair[1], pair[0]))[:most]
    if not closest:
        return word
    forms = (*word.forms, *(form for form, _cost in closest))
    return Word(forms, (*(0.0 for _form in word.forms), *(cost for _form, cost in closest)))


def _take(found: dict[str, float], rows: Sequence[tuple[str, str]], typed: str, step: float) -> None:
    """Add words with what they cost: the step of the look-up, and how different they look and sound, below 1."""
    typed_sound, typed_spelling = sound_key(typed), spelling_key(typed)
    for _key, word in rows:
        if len(word) < 2 or word in found:
            continue
        apart = [OSA.normalized_distance(typed_sound, sound_key(word))]
        if typed_spelling:
            apart.append(OSA.normalized_distance(typed_spelling, spelling_key(word)))
            apart.append(OSA.normalized_distance(typed, word))
        distance = sum(apart) / len(apart)
        if distance <= FARTHEST:
            found[word] = step + distance


def written_otherwise(viewer: Viewer, query: Query) -> Query | None:
    """Return the query as records may have it written; None when that is no other.

    Without legal forms and titles (บจก., คุณ, Co., Ltd.), also where they touch the name; @pimlada without its @; DM0042 also
    as DM-0042; and first and last name apart that were typed as one word.
    """
    kept: list[Word] = []
    for word in query.words:
        kept += _otherwise(viewer, word)
    if not kept or tuple(kept) == query.words:
        return None
    return Query(normalise(" ".join(word.forms[0] for word in kept)), tuple(kept))


def _otherwise(viewer: Viewer, word: Word) -> list[Word]:
    typed = word.forms[0]
    if typed.strip(".") in _AROUND_NAMES:
        return []
    if typed.startswith("@") and len(typed) > 2:
        return [Word((typed[1:],))]
    if match := _CODE.fullmatch(typed):
        return [Word((*word.forms, f"{match[1]}-{match[2]}"))]
    bare = next((typed[len(front) :] for front in _GLUED if typed.startswith(front)), typed)
    if bare == typed or len(bare) < 3 or bare[0] in _CANNOT_BEGIN:
        bare = typed
    return _apart(viewer, bare) or ([Word((bare,))] if bare != typed else [word])


def _apart(viewer: Viewer, typed: str) -> list[Word]:
    """The two known words, as spelt or as one could spell them, that a Thai word is made of; [] when there are none."""
    if not 6 <= len(typed) <= LONGEST or not spelling_key(typed):
        return []
    cuts = [at for at in range(2, len(typed) - 1) if typed[at] not in _CANNOT_BEGIN and typed[at - 1] not in "เแโใไ"]
    of_cut = {at: (spelling_key(typed[:at]), spelling_key(typed[at:])) for at in cuts}
    with connection.cursor() as cursor:
        cursor.execute(_SAME, [viewer.workspace_id, sorted({key for pair in of_cut.values() for key in pair}), 1_000])
        known = {key for key, _word in cursor.fetchall()}
    both = [at for at, (first, last) in of_cut.items() if first in known and last in known]
    first_known = [at for at, (first, _last) in of_cut.items() if first in known and at > 2]
    if not both and not first_known:
        return []
    at = max(both or first_known)
    return [Word((typed[:at],)), Word((typed[at:],))]


_IS_WORD = re.compile(r"(?:[^\W\d_]|[\u0e30-\u0e4e'’-])+\.?")
_CODE = re.compile(r"([a-z]{1,6})(\d{2,})", re.ASCII)
_CANNOT_BEGIN = "ะัาำิีึืฺุู็่้๊๋์ๆฯ"
_GLUED = ("บริษัท", "ห้างหุ้นส่วนจำกัด", "บจก.", "บมจ.", "หจก.", "คุณ", "นางสาว", "น.ส.")
_AROUND_TEXT = """
    บริษัท จำกัด มหาชน จก. บจก. บจ. บมจ. หจก. หสม. ห้างหุ้นส่วน ห้างหุ้นส่วนจำกัด ห้าง ร้าน คุณ นาย นาง นางสาว น.ส. นส. ด.ช. ด.ญ. ดร.
    co co. ltd ltd. company limited plc pcl inc inc. corp corp. public mr mr. mrs mrs. ms ms. miss khun k. dr dr.
"""
_AROUND_NAMES = frozenset(word.strip(".") for word in _AROUND_TEXT.split())


_STANDING = "SELECT 1 FROM platform_searchdocument WHERE workspace_id = %s AND text LIKE %s LIMIT 1"
_FORGET = """
    DELETE FROM platform_searchword w USING unnest(%s::text[], %s::text[]) AS gone(key, word)
     WHERE w.workspace_id = %s AND w.key = gone.key AND w.word = gone.word
"""


def forget(workspace_id: UUID, names: Iterable[str]) -> int:
    """Take the words of names that are erased out of the dictionary, but not those that stand in a document still; the
    documents of what is erased are gone before. Words of one or two letters stay: they name nobody. Returns how many rows
    went."""
    words = sorted({word for name in names for word in words_of(name) if len(word) >= SHORTEST_FOR_SLIPS})
    with connection.cursor() as cursor:
        unknown = []
        for word in words:
            cursor.execute(_STANDING, [workspace_id, f"%{escape_like(in_letters(word))}%"])
            if cursor.fetchone() is None:
                unknown.append(word)
        rows = [(key, word) for word in unknown for key in keys(word)]
        if not rows:
            return 0
        cursor.execute(_FORGET, [[key for key, _word in rows], [word for _key, word in rows], workspace_id])
        return int(cursor.rowcount)
