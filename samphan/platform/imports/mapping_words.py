"""Headings that mean a field: Thai office usage, and the exports of HubSpot, Salesforce, Zoho, Pipedrive, Shopify,
WooCommerce, Google Contacts, Outlook, FlowAccount, PEAK, Shopee and Lazada."""

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "customers": {
        "name": (
            "ชื่อ-สกุล", "ชื่อ-นามสกุล", "ชื่อ นามสกุล", "ชื่อและนามสกุล", "ชื่อสกุล", "ชื่อลูกค้า",
            "ชื่อเต็ม", "ชื่อผู้ติดต่อ", "ชื่อบริษัท", "ชื่อกิจการ", "ชื่อร้าน", "ชื่อร้านค้า",
            "ชื่อองค์กร", "ชื่อสมาชิก", "ชื่อผู้ซื้อ", "ชื่อผู้รับ", "นามลูกค้า", "รายชื่อ", "ลูกค้า",
            "บริษัท", "ชื่อ-สกุลลูกค้า", "ชื่อผู้ใช้", "ผู้รับ", "ชื่อหน่วยงาน", "คู่ค้า", "ชื่อคู่ค้า",
            "Full name", "Customer name", "Customer", "Client name", "Client", "Contact name", "Contact",
            "Account name", "Company", "Company name", "Organization", "Organisation", "Organization name",
            "Person name", "Display name", "Buyer name", "Recipient name", "Receiver name", "Billing name",
            "Member name", "Business name", "Name - Full", "Person - Name", "Organization - Name",
            "Company / Account", "Associated company",
        ),
        "title": (
            "คำนำหน้า", "คำนำหน้าชื่อ", "คำนำหน้านาม", "Salutation", "Title", "Prefix", "Name prefix",
            "Honorific",
        ),
        "first_name": (
            "ชื่อจริง", "ชื่อต้น", "ชื่อตัว", "First name", "Firstname", "Given name", "Forename", "fname",
            "First", "Contact first name", "Billing first name", "Shipping first name",
            "Person - First name",
        ),
        "last_name": (
            "นามสกุล", "สกุล", "ชื่อสกุลท้าย", "Last name", "Lastname", "Surname", "Family name", "lname",
            "Last", "Contact last name", "Billing last name", "Shipping last name", "Person - Last name",
        ),
        "nickname": (
            "ชื่อเล่น", "ชื่อเรียก", "Nickname", "Nick name", "Preferred name", "Known as",
        ),
        "kind": (
            "ประเภทลูกค้า", "ประเภท", "ชนิดลูกค้า", "บุคคล/นิติบุคคล", "ประเภทบุคคล", "Customer type",
            "Type", "Contact type", "Account type", "Record type", "Kind",
        ),
        "phone": (
            "เบอร์", "เบอร์โทร", "เบอร์โทรศัพท์", "เบอร์มือถือ", "เบอร์โทรมือถือ", "เบอร์โทรศัพท์มือถือ",
            "มือถือ", "โทร", "โทร.", "โทรศัพท์", "โทรศัพท์มือถือ", "หมายเลขโทรศัพท์", "หมายเลขมือถือ",
            "เบอร์ติดต่อ", "เบอร์โทรติดต่อ", "เบอร์ลูกค้า", "เบอร์โทรลูกค้า", "โทรศัพท์ติดต่อ",
            "เบอร์โทร 1", "โทรศัพท์ 1", "เบอร์ 1", "Phone", "Phone number", "Mobile", "Mobile phone",
            "Mobile number", "Cell", "Cell phone", "Cellphone", "Tel", "Tel.", "Tel no", "Telephone",
            "Telephone number", "Contact number", "Contact phone", "Primary phone", "Phone 1",
            "Phone 1 - Value", "Person - Phone", "Billing phone", "Shipping phone", "Customer phone",
            "Mobile no", "Phone no", "Msisdn", "WhatsApp number",
        ),
        "second_phone": (
            "เบอร์สำรอง", "เบอร์โทรสำรอง", "เบอร์โทร 2", "เบอร์ 2", "โทรศัพท์ 2", "เบอร์บ้าน",
            "โทรศัพท์บ้าน", "เบอร์ที่ทำงาน", "โทรศัพท์ที่ทำงาน", "เบอร์ออฟฟิศ", "เบอร์อื่น", "Phone 2",
            "Phone 2 - Value", "Second phone", "Secondary phone", "Other phone", "Home phone", "Work phone",
            "Business phone", "Office phone", "Alternate phone", "Alt phone",
        ),
        "email": (
            "อีเมล", "อีเมล์", "อีเมลล์", "อีเมลลูกค้า", "ที่อยู่อีเมล", "เมล", "เมล์",
            "จดหมายอิเล็กทรอนิกส์", "Email", "E-mail", "Email address", "E-mail address", "Mail",
            "Primary email", "Contact email", "Work email", "E-mail 1 - Value", "Person - Email",
            "Customer email", "Billing email", "Email 1",
        ),
        "line_id": (
            "Line", "Line ID", "ไลน์", "ไลน์ไอดี", "ไอดีไลน์", "ไลน์ ID", "ID Line", "ID ไลน์", "ชื่อไลน์",
            "Line user ID", "LINE UID", "Line account",
        ),
        "member_number": (
            "เลขสมาชิก", "เลขที่สมาชิก", "รหัสสมาชิก", "หมายเลขสมาชิก", "หมายเลขบัตรสมาชิก",
            "เลขบัตรสมาชิก", "บัตรสมาชิก", "Member number", "Member no", "Member no.", "Member ID",
            "Membership number", "Membership ID", "Member code", "Card number", "Loyalty number",
            "Loyalty ID", "Loyalty card",
        ),
        "external_id": (
            "รหัสลูกค้า", "รหัส", "เลขที่ลูกค้า", "เลขลูกค้า", "รหัสคู่ค้า", "รหัสผู้ติดต่อ", "ไอดี",
            "Customer ID", "CustomerID", "Customer code", "Customer no", "Customer number", "Client ID",
            "Contact ID", "Account ID", "Account number", "Record ID", "ID", "External ID", "User ID",
            "Person - ID", "Code", "Ref", "Reference", "Contact code",
        ),
        "tax_id": (
            "เลขประจำตัวผู้เสียภาษี", "เลขประจำตัวผู้เสียภาษีอากร", "เลขผู้เสียภาษี", "เลขที่ผู้เสียภาษี",
            "เลขภาษี", "เลขประจำตัวประชาชน", "เลขบัตรประชาชน", "เลขที่บัตรประชาชน", "เลขประชาชน",
            "บัตรประชาชน", "เลขนิติบุคคล", "เลขทะเบียนนิติบุคคล", "เลขทะเบียน", "เลขประจำตัว 13 หลัก",
            "เลข 13 หลัก", "Tax ID", "Tax ID number", "Tax number", "Tax no", "TIN", "VAT number", "VAT ID",
            "VAT", "Citizen ID", "National ID", "ID card", "Registration number", "Taxpayer ID",
        ),
        "branch": (
            "สาขา", "สาขาที่", "รหัสสาขา", "เลขที่สาขา", "เลขสาขา", "สำนักงานใหญ่/สาขา", "สาขาผู้เสียภาษี",
            "Branch", "Branch code", "Branch no", "Branch number", "Tax branch",
        ),
        "birth_date": (
            "วันเกิด", "วันเดือนปีเกิด", "วัน/เดือน/ปีเกิด", "วัน เดือน ปี เกิด", "ว/ด/ป เกิด",
            "ว.ด.ป. เกิด", "วดป.เกิด", "ว/ด/ปเกิด", "เกิดวันที่", "วันที่เกิด", "Birth date", "Birthdate",
            "Birthday", "Date of birth", "DOB", "Birth day",
        ),
        "gender": (
            "เพศ", "Gender", "Sex",
        ),
        "address": (
            "ที่อยู่", "ที่อยู่ลูกค้า", "ที่อยู่จัดส่ง", "ที่อยู่ตามบัตร", "ที่อยู่ออกใบกำกับภาษี",
            "ที่อยู่บริษัท", "บ้านเลขที่", "ที่อยู่ปัจจุบัน", "ที่ตั้ง", "Address", "Address 1",
            "Address line 1", "Street", "Street address", "Mailing street", "Billing street",
            "Billing address", "Billing address 1", "Shipping address", "Mailing address", "Postal address",
            "Home address", "Address 1 - Formatted", "Address 1 - Street", "Full address",
            "Organization - Address",
        ),
        "subdistrict": (
            "ตำบล", "แขวง", "ตำบล/แขวง", "แขวง/ตำบล", "ต.", "Subdistrict", "Sub-district", "Sub district",
            "Tambon", "Khwaeng",
        ),
        "district": (
            "อำเภอ", "เขต", "อำเภอ/เขต", "เขต/อำเภอ", "อ.", "District", "Amphoe", "Amphur", "Khet", "City",
            "Mailing city", "Billing city", "Shipping city", "เมือง",
        ),
        "province": (
            "จังหวัด", "จ.", "Province", "State", "State/Region", "State/Province", "Mailing state",
            "Billing state", "Mailing state/province", "Billing state/province", "Changwat", "Region",
        ),
        "postcode": (
            "รหัสไปรษณีย์", "ไปรษณีย์", "ปณ.", "รหัส ปณ.", "Postcode", "Post code", "Postal code", "Zip",
            "Zip code", "ZIP/Postal code", "Mailing zip", "Billing zip", "Mailing zip/postal code",
            "Billing postcode", "Billing zip/postal code", "Billing code", "Mailing code",
        ),
        "tags": (
            "แท็ก", "แท็ค", "แทก", "ป้าย", "ป้ายกำกับ", "กลุ่ม", "กลุ่มลูกค้า", "Tag", "Tags", "Label",
            "Labels", "Group", "Groups", "Group membership", "Person - Label", "Category", "Customer group",
            "Segment", "Categories",
        ),
        "owner": (
            "ผู้ดูแล", "ผู้รับผิดชอบ", "พนักงานขาย", "เซลล์", "เซลส์", "เซล", "ผู้ดูแลลูกค้า",
            "พนักงานดูแล", "Owner", "Contact owner", "Account owner", "Lead owner", "Salesperson",
            "Sales rep", "Sales person", "Sales", "Assigned to", "Account manager", "Person - Owner",
            "Record owner", "Hubspot owner",
        ),
        "grade": (
            "เกรด", "ระดับ", "ระดับลูกค้า", "เกรดลูกค้า", "Grade", "Rating", "Customer grade", "Tier",
            "Class",
        ),
        "stage": (
            "สถานะลูกค้า", "สถานะ", "ขั้น", "Lifecycle stage", "Stage", "Status", "Lead status",
            "Customer status", "Contact status",
        ),
        "source": (
            "ที่มา", "แหล่งที่มา", "ช่องทางที่รู้จัก", "รู้จักเราจาก", "ช่องทาง", "Source", "Lead source",
            "Original source", "Channel", "Referral source", "Acquisition source",
            "Original traffic source",
        ),
        "note": (
            "หมายเหตุ", "บันทึก", "โน้ต", "โน๊ต", "รายละเอียด", "ข้อความ", "คอมเมนต์", "Note", "Notes",
            "Remark", "Remarks", "Comment", "Comments", "Description", "Memo",
        ),
        "created_at": (
            "วันที่สร้าง", "วันที่สมัคร", "วันที่สมัครสมาชิก", "วันที่เพิ่ม", "วันที่ลงทะเบียน",
            "สมัครเมื่อ", "Created", "Created at", "Create date", "Created date", "Created time",
            "Date created", "Registered", "Registration date", "Signup date", "Join date",
            "Person - Person created", "Date added", "Member since", "Customer since",
        ),
    },
    "products": {
        "sku": (
            "รหัสสินค้า", "รหัส", "เลขสินค้า", "บาร์โค้ด", "บาร์โค๊ด", "รหัสบาร์โค้ด", "SKU", "Stock code",
            "StockCode", "Product code", "Product ID", "Item code", "Item number", "Barcode", "EAN", "Code",
            "Part number", "Seller SKU", "Variant SKU", "Product no", "ID",
        ),
        "name": (
            "ชื่อสินค้า", "สินค้า", "รายการ", "รายการสินค้า", "ชื่อ", "ชื่อรายการ", "รายละเอียดสินค้า",
            "Name", "Product name", "Product", "Item", "Item name", "Title", "Description", "Product title",
            "Product description",
        ),
        "unit_price": (
            "ราคา", "ราคาขาย", "ราคาต่อหน่วย", "ราคา/หน่วย", "ราคาหน่วย", "ราคาปลีก", "ราคาขายปลีก",
            "หน่วยละ", "Price", "Unit price", "UnitPrice", "Sales price", "Selling price", "List price",
            "Retail price", "Regular price", "Variant price",
        ),
        "category": (
            "หมวด", "หมวดหมู่", "หมวดสินค้า", "หมวดหมู่สินค้า", "ประเภท", "ประเภทสินค้า", "กลุ่มสินค้า",
            "กลุ่ม", "Category", "Product category", "Product type", "Type", "Group", "Categories",
            "Series", "Department", "Product family",
        ),
        "unit": (
            "หน่วย", "หน่วยนับ", "หน่วยสินค้า", "Unit", "UOM", "Unit of measure", "Units",
        ),
        "is_active": (
            "ใช้งาน", "สถานะ", "เปิดใช้งาน", "เปิดขาย", "สถานะสินค้า", "Active", "Is active", "Status",
            "Enabled", "Published",
        ),
    },
    "orders": {
        "number": (
            "เลขที่บิล", "เลขบิล", "เลขที่ใบเสร็จ", "เลขที่เอกสาร", "เลขที่ใบสั่งซื้อ", "เลขที่คำสั่งซื้อ",
            "หมายเลขคำสั่งซื้อ", "เลขคำสั่งซื้อ", "เลขออเดอร์", "เลขที่ออเดอร์", "ออเดอร์",
            "เลขที่ใบกำกับภาษี", "เลขที่ใบกำกับ", "เลขที่ใบแจ้งหนี้", "เลขที่ใบสั่งขาย", "เลขที่",
            "บิลเลขที่", "InvoiceNo", "Invoice", "Invoice no", "Invoice number", "Invoice ID", "Order",
            "Order no", "Order number", "Order ID", "Order ref", "Bill no", "Bill number", "Receipt no",
            "Receipt number", "Document no", "Document number", "Transaction ID", "Sales order", "Number",
            "Order SN", "Order name",
        ),
        "ordered_at": (
            "วันที่", "วันที่ซื้อ", "วันที่สั่งซื้อ", "วันที่ขาย", "วันที่บิล", "วันที่เอกสาร",
            "วันที่ทำรายการ", "วันที่ออกบิล", "วันเวลาที่สั่งซื้อ", "วันเวลา", "เวลาสั่งซื้อ",
            "วันที่ทำการสั่งซื้อ", "ว/ด/ป", "ว.ด.ป.", "วดป.", "วันเดือนปี", "InvoiceDate", "Invoice date",
            "Date", "Order date", "Ordered at", "Created at", "Purchase date", "Sale date", "Sales date",
            "Transaction date", "Document date", "Bill date", "Receipt date", "Datetime",
            "Order creation date", "Order time", "Paid at",
        ),
        "customer": (
            "รหัสลูกค้า", "ลูกค้า", "ชื่อลูกค้า", "เลขสมาชิก", "รหัสสมาชิก", "ผู้ซื้อ", "ชื่อผู้ซื้อ",
            "CustomerID", "Customer", "Customer ID", "Customer code", "Customer no", "Customer number",
            "Customer name", "Client", "Client ID", "Buyer", "Buyer ID", "Member ID", "Account", "Contact",
            "Member number", "Username (Buyer)",
        ),
        "channel": (
            "ช่องทาง", "ช่องทางขาย", "ช่องทางการขาย", "ช่องทางสั่งซื้อ", "Channel", "Sales channel",
            "Platform", "Source", "Order source", "Marketplace",
        ),
        "status": (
            "สถานะ", "สถานะคำสั่งซื้อ", "สถานะบิล", "สถานะออเดอร์", "สถานะการสั่งซื้อ", "Status",
            "Order status", "Fulfillment status",
        ),
        "total": (
            "ยอดรวม", "รวม", "รวมเงิน", "รวมทั้งสิ้น", "ยอดเงิน", "ยอดขาย", "ยอดสุทธิ", "ยอดรวมสุทธิ",
            "จำนวนเงิน", "จำนวนเงินรวม", "มูลค่า", "ราคารวม", "เป็นเงิน", "สุทธิ", "Total", "Amount",
            "Grand total", "Net total", "Order total", "Total amount", "Total price", "Net amount",
            "Line total", "Sales", "Revenue",
        ),
        "sku": (
            "รหัสสินค้า", "เลขสินค้า", "บาร์โค้ด", "เลขอ้างอิง SKU", "StockCode", "Stock code", "SKU",
            "Product code", "Product ID", "Item code", "Item number", "Barcode", "Lineitem sku",
            "Seller SKU", "Part number",
        ),
        "description": (
            "รายการ", "รายการสินค้า", "ชื่อสินค้า", "สินค้า", "รายละเอียด", "รายละเอียดสินค้า",
            "Description", "Product", "Product name", "Item", "Item name", "Item description",
            "Lineitem name", "Product description",
        ),
        "quantity": (
            "จำนวน", "จำนวนชิ้น", "จำนวนที่ซื้อ", "จำนวนสินค้า", "ปริมาณ", "Quantity", "Qty", "QTY.",
            "Units", "Pieces", "Count", "Lineitem quantity", "Quantity sold", "Order quantity",
        ),
        "unit_price": (
            "ราคา/หน่วย", "ราคาต่อหน่วย", "ราคาหน่วย", "หน่วยละ", "ราคา", "ราคาขาย", "ราคาต่อชิ้น",
            "UnitPrice", "Unit price", "Price", "Price per unit", "Item price", "Lineitem price",
            "Selling price", "Price each", "Rate",
        ),
    },
}  # fmt: skip

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
