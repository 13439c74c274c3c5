"""Thai names in Latin letters, after the Royal Thai General System, quick enough for every name of an import.

Spelling alone does not always tell the reading (กมล is kamon, not kom-la), so the elements that Thai names are made of
are known by heart; the rest is read by the rules of the syllable. Good for finding and sorting, not for a passport.
"""

import re
from functools import lru_cache

_ONSETS_TEXT = """
    ก=k ข=kh ฃ=kh ค=kh ฅ=kh ฆ=kh ง=ng จ=ch ฉ=ch ช=ch ซ=s ฌ=ch ญ=y ฎ=d ฏ=t ฐ=th ฑ=th ฒ=th ณ=n ด=d ต=t ถ=th ท=th
    ธ=th น=n บ=b ป=p ผ=ph ฝ=f พ=ph ฟ=f ภ=ph ม=m ย=y ร=r ล=l ว=w ศ=s ษ=s ส=s ห=h ฬ=l ฮ=h
"""
_ONSETS = dict(pair.split("=") for pair in _ONSETS_TEXT.split()) | {"อ": ""}
_FINALS_TEXT = """
    ก=k ข=k ค=k ฆ=k ง=ng จ=t ช=t ซ=t ญ=n ฎ=t ฏ=t ฐ=t ฑ=t ฒ=t ณ=n ด=t ต=t ถ=t ท=t ธ=t น=n บ=p ป=p พ=p ฟ=p ภ=p ม=m
    ย=i ร=n ล=n ว=o ศ=t ษ=t ส=t ฬ=n
"""
_FINALS = dict(pair.split("=") for pair in _FINALS_TEXT.split())

# Elements of names whose reading the rules below would miss. Longest first when matched.
_ELEMENTS_TEXT = """
    กมล=kamon กนก=kanok กร=kon กรณ์=kon กฤษณ=kritsana กฤต=krit กฤษ=krit กฤช=krit กัญญ=kany กัลยา=kanlaya
    กิตติ=kitti กุล=kun เกียรติ=kiat ขวัญ=khwan คณ=khana คเณ=khane จักร=chak จักรพันธ์=chakkraphan จิตร=chit
    จิต=chit จันทร์=chan จันทร=chanthara เจริญ=charoen จรูญ=charun จรัส=charat จตุ=chatu ฉัตร=chat ชน=chon
    ชนก=chanok ชนะ=chana ชนา=chana ชนิ=chani ชยุต=chayut ชล=chon ชลธิ=chonthi ชัย=chai ชาติ=chat โชติ=chot
    ญาณ=yan ฐิติ=thiti ณรงค์=narong ณัฏฐ=nattha ณัฐ=nat ณัช=nat ณัฐพล=natthaphon ณัฐวุฒิ=natthawut ณัฐ์=nat
    ทวี=thawi ทรง=song ทรัพย์=sap ทราย=sai ทศ=thot ทินกร=thinnakon ทิพย=thippaya เทพ=thep เทวัญ=thewan
    ธงชัย=thongchai ธน=thana ธนา=thana ธนพล=thanaphon ธร=thon ธรรม=tham ธวัช=thawat ธันว=thanwa ธีร=thira
    ธเนศ=thanet ธาดา=thada ธิดา=thida นคร=nakhon นพ=nop นพดล=nopphadon นภ=napha นภา=napha นรา=nara นเรศ=naret
    นริน=narin นรินทร์=narin นฤ=naru นฤมล=naruemon นิติ=niti นวล=nuan บดี=bodi บดินทร์=bodin บุญ=bun บุตร=but
    บุษบา=butsaba บุษ=but ประ=pra ปรัชญา=pratya ปรีชา=pricha ปริญ=parin ปริ=pari ปวีณ=pawin ปวีณา=pawina
    ปภา=papha ปณิ=pani ปัญญา=panya ปิย=piya ปัทม=patthama ผล=phon ผกา=phaka พงศ=phong พงษ=phong พจน์=phot
    พชร=phatchara พร=phon พรหม=phrom พรรณ=phan พรต=phrot พล=phon พละ=phala พัชร=phatchara พัฒน=phatthana
    พัฒน์=phat พิชญ=phitchaya พิชญ์=phit พิมล=phimon เพชร=phet เพ็ญ=phen เพียร=phian พฤกษ=phruek พฤทธิ=phrit
    พุทธ=phuttha ภคพล=phakhaphon ภคิน=phakhin ภัทร=phatthara ภาณุ=phanu ภูมิ=phum ภูวดล=phuwadon ภรณ์=phon
    มงคล=mongkhon มณฑา=montha มณี=mani มนตรี=montri มนต์=mon มนัส=manat มล=mon มหา=maha มาลย์=man มิตร=mit
    มัลลิกา=manlika ยศ=yot รชต=ratchata รณ=ron รตน=rattana รติ=rati รมย์=rom รวี=rawi รวิ=rawi รัชนี=ratchani
    รัช=rat รัชดา=ratchada รัตน=rattana รัตนา=rattana ราช=rat ราชา=racha ราตรี=ratri รุจิ=ruchi ฤทธิ์=rit
    ฤทัย=ruethai ฤดี=ruedi ฤกษ์=roek ลดา=lada ลักษณ=laksana ลลิ=lali วงศ=wong วงษ=wong วงศ์=wong วชิร=wachira
    วนิดา=wanida วร=wora วรรณ=wan วรรณา=wanna วรา=wara วริศ=warit วรินทร=warin วรุณ=warun วรุต=warut
    วสันต์=wasan วสุ=wasu วสิษฐ์=wasit วัฒน=watthana วัฒนา=watthana วัฒน์=wat วัชร=watchara วัชระ=watchara
    วัลลภ=wanlop วัลย์=wan วิชญ์=wit วิมล=wimon วีร=wira วุฒิ=wut วุฒิชัย=wutthichai ศรี=si ศรัณย์=saran
    ศรัณ=saran ศรุต=sarut ศักดิ=sak ศักดิ์=sak ศศิ=sasi ศิริ=siri ศิวพร=siwaphon ศิว=siwa ศุภ=supha
    ศุภชัย=suphachai เศรษฐ=settha เศรษฐ์=set สกุล=sakun สมบัติ=sombat สม=som สมร=samon สมัย=samai สมาน=saman
    สมุทร=samut สมิต=samit สมิทธ=samit สรณ์=son สวัสดิ์=sawat สวัสดี=sawatdi สวรรค์=sawan สัตย=sattaya
    สาธิต=sathit สาร=san สิทธิ=sitthi สิทธิ์=sit สิริ=siri สุข=suk สุ=su สุรีย์=suri สุร=sura สุพรรณ=suphan
    สุวรรณ=suwan เสฐียร=sathian เสถียร=sathian เสมอ=samoe เสน่ห์=sane แสวง=sawaeng สนิท=sanit สนอง=sanong
    สงวน=sanguan สง่า=sanga สยาม=sayam สายชล=saichon สนธยา=sonthaya หทัย=hathai หฤทัย=haruethai อนงค์=anong
    อนันต์=anan อนุ=anu อภิ=aphi อมร=amon อมล=amon อรุณ=arun อร=on อรวรรณ=orawan อรณ=oran อรทัย=orathai
    อรรถ=attha อรินทร์=arin อัครเดช=akkharadet อัคร=akkhara อัจฉรา=atchara อัศว=atsawa อัษฎา=atsada อดิ=adi
    อดุล=adun อธิ=athi อิทธิ=itthi อิศร=itsara เอก=ek เอื้อ=uea โอภาส=ophat ไอย=aiya ถาวร=thawon ถวิล=thawin
    ตระกูล=trakun ดล=don ดนัย=danai ดนุ=danu ดวง=duang ดรุณี=daruni เดช=det เดชา=decha ดิเรก=direk ขจร=khachon
    ขนิษฐา=khanittha กนิษฐา=kanittha จริยา=chariya จรรยา=chanya ตรี=tri พนม=phanom บริ=bori บวร=bowon
    บรรจง=banchong บรรณ=ban ประภัสสร=praphatson อุดม=udom อุบล=ubon อุไร=urai ไพบูลย์=phaibun ไพศาล=phaisan
    ไพโรจน์=phairot วิโรจน์=wirot โรจน=rotchana โรจน์=rot กาญจน=kanchana กาญจนา=kanchana แจ่ม=chaem แซ่=sae
    คำ=kham สุทธิ=sutthi เจษฎา=chetsada เมธ=met ปัณณ=panna ภูวนาถ=phuwanat ขนม=khanom พัชรี=phatchari
    ญาณวุฒิ=yanawut กฤตเมธ=krittamet นิรมล=niramon ธง=thong ตลาด=talat เนตร=net เพ็ชร=phet เพ็ชร์=phet
    ภัคร=phakhara ทอง=thong จำ=cham บำ=bam ณ=na สุนทร=sunthon สุด=sut
    เกษม=kasem ประเสริฐ=prasoet เสริฐ=soet พรรณี=phanni วรรณี=wanni ทัศนีย์=thatsani พัชรา=phatchara อภิญญา=aphinya
    ประยูร=prayun
"""
_ELEMENTS = dict(pair.split("=") for pair in _ELEMENTS_TEXT.split())
_ELEMENT = re.compile("(" + "|".join(sorted(map(re.escape, _ELEMENTS), key=len, reverse=True)) + ")(?![ะ-ฺๅ็-๎])")

_C = "[ก-ฮ]"
_T = "[่-๋]?"
_SIGN = "ะ-ฺๅ็-๎"
_CLUSTER = "(?:[กขคตปผพ]ร|[กขคปผพ]ล|[กขค]ว|ทร|ห[งญนมยรลว]|อย)"
# A consonant closes a syllable when no vowel of its own follows it.
_F = f"({_C})(?![{_SIGN}])(?!{_C}[์])?"
_PATTERNS: tuple[tuple[str, str, bool], ...] = (
    (f"เ(@)ี{_T}ยะ?", "ia", True),
    (f"เ(@)ื{_T}อะ?", "uea", True),
    (f"เ(@){_T}าะ", "o", False),
    (f"เ(@){_T}า", "ao", False),
    (f"เ(@)ิ{_T}", "oe", True),
    (f"เ(@){_T}อะ?", "oe", True),
    (f"เ(@){_T}ย(?![{_SIGN}])", "oei", False),
    (f"เ(@)[็่-๋]*ว(?![{_SIGN}])", "eo", False),
    (f"เ(@){_T}ะ", "e", False),
    (f"แ(@){_T}ะ", "ae", False),
    (f"โ(@){_T}ะ", "o", False),
    ("เ(@)[็่-๋]*", "e", True),
    ("แ(@)[็่-๋]*", "ae", True),
    (f"โ(@){_T}", "o", True),
    (f"[ใไ](@){_T}ย?(?![{_SIGN}])", "ai", False),
    (f"[ใไ](@){_T}", "ai", False),
    (f"(@)ั{_T}วะ?(?![{_SIGN}])", "ua", False),
    (f"(@)ั{_T}ย(?![{_SIGN}])", "ai", False),
    (f"(@)ั{_T}", "a", True),
    (f"(@){_T}ะ", "a", False),
    (f"(@){_T}า", "a", True),
    (f"(@){_T}ำ", "am", False),
    (f"(@)ิ{_T}", "i", True),
    (f"(@)ี{_T}", "i", True),
    (f"(@)ึ{_T}", "ue", True),
    (f"(@)ื{_T}อ(?![{_SIGN}])", "ue", False),
    (f"(@)ื{_T}", "ue", True),
    (f"(@)ุ{_T}", "u", True),
    (f"(@)ู{_T}", "u", True),
    (f"(@)[็่-๋]*อ(?![{_SIGN}])", "o", True),
    (f"(@){_T}รร(?=[ก-ฮ](?![{_SIGN}]))", "a", True),
    (f"(@){_T}รร", "an", False),
    (f"(@){_T}ว(?=[ก-ฮ](?![{_SIGN}]))", "ua", True),
    (f"(@){_T}ฤ", "rue", False),
)
_COMPILED = tuple(
    (re.compile(pattern.replace("@", f"{_CLUSTER}|{_C}")), vowel, closes) for pattern, vowel, closes in _PATTERNS
)
_FINAL = re.compile(_F.replace("(?!" + _C + "[์])?", ""))
_BARE_CLOSED = re.compile(f"({_CLUSTER}|{_C}){_T}({_C})(?![{_SIGN}])")
_BARE_RUN = re.compile(f"(?:{_C}(?![{_SIGN}]))+")
_CLUSTER_AHEAD = re.compile(f"{_CLUSTER}[{_SIGN}]")
_BARE = re.compile(f"({_C}){_T}")
_SILENT_BEFORE = re.compile("(?<=[ัาิ-ู็][ก-ฮ])[ก-ฮ](?=[ก-ฮ][ิุ]?์)")
_SILENT = re.compile("[ก-ฮ][ิุ]?์")
_THAI = re.compile("[ก-๎]+")


_VOWELS = ("a", "e", "i", "o", "u")


@lru_cache(maxsize=131_072)
def romanise(word: str) -> str:
    """Return a Thai word in Latin letters, สมชาย as somchai; letters that are not Thai stay as they are."""
    return _THAI.sub(lambda match: _read(match[0]), word[:60])


def _read(word: str) -> str:
    out: list[str] = []
    position, end = 0, len(word)
    while position < end:
        match = _ELEMENT.match(word, position)
        if match:
            out.append(_ELEMENTS[match[0]])
            position = match.end()
            continue
        # A run of letters up to the next known element is read by the rules.
        following = _ELEMENT.search(word, position + 1)
        while following and word[following.start() - 1] in "เแโใไ":
            following = _ELEMENT.search(word, following.start() + 1)
        stop = following.start() if following else end
        out.append(_read_by_rules(word[position:stop], "".join(out)))
        position = stop
    return "".join(out)


def _read_by_rules(word: str, before: str) -> str:
    if len(word) == 1 and word in _ONSETS:
        # One consonant between elements closes an open syllable before it and otherwise is one with a: ป-กรณ์ is pakon.
        return _FINALS.get(word, "") if before[-1:] in _VOWELS else _ONSETS[word] + "a"
    if "์" in word:
        word = _SILENT.sub("", _SILENT_BEFORE.sub("", word))
    out: list[str] = []
    position, end = 0, len(word)
    while position < end:
        for pattern, vowel, closes in _COMPILED:
            match = pattern.match(word, position)
            if match:
                out.append(_onset(match[1]))
                position = match.end()
                final = _FINAL.match(word, position) if closes else None
                if final and (length := _closing(word, position)):
                    position += length
                    out.append(_join(vowel, final[1]))
                else:
                    out.append(vowel)
                break
        else:
            position = _read_bare(word, position, out)
    return "".join(out)


def _closing(word: str, position: int) -> int:
    """Return how many letters at `position` close the syllable before it, 0 when they open the next one.

    Two consonants without a vowel are a syllable of their own (มา-นพ); of one or three the first closes.
    """
    if word[position - 1] in "ั็" or word[position - 2] in "ั็":
        return 1
    match = _BARE_RUN.match(word, position)
    run = len(match[0]) if match else 0
    if match and run > 1 and _CLUSTER_AHEAD.match(word, match.end() - 1):
        run -= 1
    if run != 2:
        return 1
    return 2 if word[position + 1] == "ร" and word[position] in "ตช" else 0


def _read_bare(word: str, position: int, out: list[str]) -> int:
    """Read what has no written vowel: o before a final consonant, a otherwise."""
    match = _BARE_CLOSED.match(word, position)
    if match:
        out.append(_onset(match[1]))
        # Final ร after an unwritten vowel is read on: พร is phon.
        out.append("on" if match[2] in "รลนณญฬ" else "o" + _FINALS.get(match[2], ""))
        return match.end()
    match = _BARE.match(word, position)
    if match:
        last = match.end() == len(word)
        out.append(_FINALS.get(match[1], "") if last and out else _onset(match[1]) + "a")
        return match.end()
    out.append({"ฤ": "rue", "ฦ": "lue"}.get(word[position], ""))
    return position + 1


def _onset(letters: str) -> str:
    if len(letters) == 1:
        return _ONSETS.get(letters, "")
    if letters == "ทร":
        return "s"
    if letters[0] == "ห" or letters == "อย":
        return _ONSETS[letters[1]]
    return _ONSETS[letters[0]] + _ONSETS[letters[1]]


def _join(vowel: str, final: str) -> str:
    sound = _FINALS.get(final, "")
    # ย and ว are glides: า + ว is ao, ิ + ว is io; after i a final ย is not written again.
    return vowel if sound == "i" and vowel.endswith("i") else vowel + sound
