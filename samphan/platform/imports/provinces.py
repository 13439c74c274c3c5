"""The names of the provinces, to know a column by its values."""

_PROVINCES = """
กรุงเทพมหานคร Bangkok; สมุทรปราการ Samut Prakan; นนทบุรี Nonthaburi; ปทุมธานี Pathum Thani;
พระนครศรีอยุธยา Phra Nakhon Si Ayutthaya; อ่างทอง Ang Thong; ลพบุรี Lopburi; สิงห์บุรี Sing Buri;
ชัยนาท Chai Nat; สระบุรี Saraburi; ชลบุรี Chonburi; ระยอง Rayong; จันทบุรี Chanthaburi; ตราด Trat;
ฉะเชิงเทรา Chachoengsao; ปราจีนบุรี Prachinburi; นครนายก Nakhon Nayok; สระแก้ว Sa Kaeo;
นครราชสีมา Nakhon Ratchasima; บุรีรัมย์ Buriram; สุรินทร์ Surin; ศรีสะเกษ Sisaket;
อุบลราชธานี Ubon Ratchathani; ยโสธร Yasothon; ชัยภูมิ Chaiyaphum; อำนาจเจริญ Amnat Charoen;
บึงกาฬ Bueng Kan; หนองบัวลำภู Nong Bua Lamphu; ขอนแก่น Khon Kaen; อุดรธานี Udon Thani; เลย Loei;
หนองคาย Nong Khai; มหาสารคาม Maha Sarakham; ร้อยเอ็ด Roi Et; กาฬสินธุ์ Kalasin; สกลนคร Sakon Nakhon;
นครพนม Nakhon Phanom; มุกดาหาร Mukdahan; เชียงใหม่ Chiang Mai; ลำพูน Lamphun; ลำปาง Lampang;
อุตรดิตถ์ Uttaradit; แพร่ Phrae; น่าน Nan; พะเยา Phayao; เชียงราย Chiang Rai; แม่ฮ่องสอน Mae Hong Son;
นครสวรรค์ Nakhon Sawan; อุทัยธานี Uthai Thani; กำแพงเพชร Kamphaeng Phet; ตาก Tak; สุโขทัย Sukhothai;
พิษณุโลก Phitsanulok; พิจิตร Phichit; เพชรบูรณ์ Phetchabun; ราชบุรี Ratchaburi; กาญจนบุรี Kanchanaburi;
สุพรรณบุรี Suphan Buri; นครปฐม Nakhon Pathom; สมุทรสาคร Samut Sakhon; สมุทรสงคราม Samut Songkhram;
เพชรบุรี Phetchaburi; ประจวบคีรีขันธ์ Prachuap Khiri Khan; นครศรีธรรมราช Nakhon Si Thammarat;
กระบี่ Krabi; พังงา Phang Nga; ภูเก็ต Phuket; สุราษฎร์ธานี Surat Thani; ระนอง Ranong; ชุมพร Chumphon;
สงขลา Songkhla; สตูล Satun; ตรัง Trang; พัทลุง Phatthalung; ปัตตานี Pattani; ยะลา Yala;
นราธิวาส Narathiwat; กรุงเทพ Bangkok; กรุงเทพฯ Bangkok; กทม กทม.; อยุธยา Ayutthaya; โคราช Korat
"""


def _province_names() -> frozenset[str]:
    names = set()
    for entry in _PROVINCES.split(";"):
        thai, _space, english = entry.strip().partition(" ")
        for name in (thai, english):
            # The same folding as `normal_heading`, which cannot be imported from here.
            folded = name.replace("\u0e33", "\u0e4d\u0e32").lower()
            names.add("".join(ch for ch in folded if ch.isalnum() or "\u0e31" <= ch <= "\u0e4e"))
    return frozenset(names)


PROVINCES = _province_names()
"""The 77 provinces and their usual short forms, Thai and English, normalised like headings."""
