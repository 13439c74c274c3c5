"""Headings that mean a field of customers.

Thai office usage, and the exports of HubSpot, Salesforce, Zoho, Pipedrive, Shopify, WooCommerce, Google Contacts,
Outlook, FlowAccount, PEAK, Shopee and Lazada.
"""

HEADINGS: dict[str, tuple[str, ...]] = {
    "name": (
        "ชื่อ-สกุล", "ชื่อ-นามสกุล", "ชื่อและนามสกุล", "ชื่อลูกค้า", "ชื่อเต็ม", "ชื่อผู้ติดต่อ", "ชื่อบริษัท",
        "ชื่อกิจการ", "ชื่อร้าน", "ชื่อร้านค้า", "ชื่อองค์กร", "ชื่อสมาชิก", "ชื่อผู้ซื้อ", "ชื่อผู้รับ",
        "นามลูกค้า", "รายชื่อ", "ลูกค้า", "บริษัท", "ชื่อ-สกุลลูกค้า", "ชื่อผู้ใช้", "ผู้รับ", "ชื่อหน่วยงาน",
        "คู่ค้า", "ชื่อคู่ค้า", "Full name", "Customer name", "Customer", "Client name", "Client",
        "Contact name", "Contact", "Account name", "Company", "Company name", "Organization", "Organisation",
        "Organization name", "Person name", "Display name", "Buyer name", "Recipient name", "Receiver name",
        "Billing name", "Member name", "Business name", "Name - Full", "Company / Account",
        "Associated company", "ชื่อ", "Name",
    ),
    "title": (
        "คำนำหน้า", "คำนำหน้าชื่อ", "คำนำหน้านาม", "Salutation", "Title", "Prefix", "Name prefix", "Honorific",
    ),
    "first_name": (
        "ชื่อจริง", "ชื่อต้น", "ชื่อตัว", "First name", "Given name", "Forename", "fname", "First",
        "Contact first name", "Billing first name", "Shipping first name", "Person - First name",
    ),
    "last_name": (
        "นามสกุล", "สกุล", "ชื่อสกุลท้าย", "Last name", "Surname", "Family name", "lname", "Last",
        "Contact last name", "Billing last name", "Shipping last name", "Person - Last name",
    ),
    "nickname": (
        "ชื่อเล่น", "ชื่อเรียก", "Nickname", "Preferred name", "Known as",
    ),
    "kind": (
        "ประเภทลูกค้า", "ประเภท", "ชนิดลูกค้า", "บุคคล/นิติบุคคล", "ประเภทบุคคล", "Customer type", "Type",
        "Contact type", "Account type", "Record type", "Kind",
    ),
    "phone": (
        "เบอร์", "เบอร์โทร", "เบอร์โทรศัพท์", "เบอร์มือถือ", "เบอร์โทรมือถือ", "เบอร์โทรศัพท์มือถือ", "มือถือ",
        "โทร", "โทรศัพท์", "โทรศัพท์มือถือ", "หมายเลขโทรศัพท์", "หมายเลขมือถือ", "เบอร์ติดต่อ",
        "เบอร์โทรติดต่อ", "เบอร์ลูกค้า", "เบอร์โทรลูกค้า", "โทรศัพท์ติดต่อ", "เบอร์โทร 1", "โทรศัพท์ 1",
        "เบอร์ 1", "Phone", "Phone number", "Mobile", "Mobile phone", "Mobile number", "Cell", "Cell phone",
        "Tel", "Tel no", "Telephone", "Telephone number", "Contact number", "Contact phone", "Primary phone",
        "Phone 1", "Phone 1 - Value", "Person - Phone", "Billing phone", "Shipping phone", "Customer phone",
        "Mobile no", "Phone no", "Msisdn", "WhatsApp number",
    ),
    "second_phone": (
        "เบอร์สำรอง", "เบอร์โทรสำรอง", "เบอร์โทร 2", "เบอร์ 2", "โทรศัพท์ 2", "เบอร์บ้าน", "โทรศัพท์บ้าน",
        "เบอร์ที่ทำงาน", "โทรศัพท์ที่ทำงาน", "เบอร์ออฟฟิศ", "เบอร์อื่น", "Phone 2", "Phone 2 - Value",
        "Second phone", "Secondary phone", "Other phone", "Home phone", "Work phone", "Business phone",
        "Office phone", "Alternate phone", "Alt phone",
    ),
    "email": (
        "อีเมล", "อีเมล์", "อีเมลล์", "อีเมลลูกค้า", "ที่อยู่อีเมล", "เมล", "เมล์", "จดหมายอิเล็กทรอนิกส์",
        "Email", "Email address", "Mail", "Primary email", "Contact email", "Work email", "E-mail 1 - Value",
        "Person - Email", "Customer email", "Billing email", "Email 1",
    ),
    "line_id": (
        "Line", "Line ID", "ไลน์", "ไลน์ไอดี", "ไอดีไลน์", "ไลน์ ID", "ID Line", "ID ไลน์", "ชื่อไลน์",
        "Line user ID", "LINE UID", "Line account",
    ),
    "member_number": (
        "เลขสมาชิก", "เลขที่สมาชิก", "รหัสสมาชิก", "หมายเลขสมาชิก", "หมายเลขบัตรสมาชิก", "เลขบัตรสมาชิก",
        "บัตรสมาชิก", "Member number", "Member no", "Member ID", "Membership number", "Membership ID",
        "Member code", "Card number", "Loyalty number", "Loyalty ID", "Loyalty card",
    ),
    "external_id": (
        "รหัสลูกค้า", "รหัส", "เลขที่ลูกค้า", "เลขลูกค้า", "รหัสคู่ค้า", "รหัสผู้ติดต่อ", "ไอดี",
        "Customer ID", "Customer code", "Customer no", "Customer number", "Client ID", "Contact ID",
        "Account ID", "Account number", "Record ID", "ID", "External ID", "User ID", "Person - ID", "Code",
        "Ref", "Reference", "Contact code",
    ),
    "tax_id": (
        "เลขประจำตัวผู้เสียภาษี", "เลขประจำตัวผู้เสียภาษีอากร", "เลขผู้เสียภาษี", "เลขที่ผู้เสียภาษี",
        "เลขภาษี", "เลขประจำตัวประชาชน", "เลขบัตรประชาชน", "เลขที่บัตรประชาชน", "เลขประชาชน", "บัตรประชาชน",
        "เลขนิติบุคคล", "เลขทะเบียนนิติบุคคล", "เลขทะเบียน", "เลขประจำตัว 13 หลัก", "เลข 13 หลัก", "Tax ID",
        "Tax ID number", "Tax number", "Tax no", "TIN", "VAT number", "VAT ID", "VAT", "Citizen ID",
        "National ID", "ID card", "Registration number", "Taxpayer ID",
    ),
    "branch": (
        "สาขา", "สาขาที่", "รหัสสาขา", "เลขที่สาขา", "เลขสาขา", "สำนักงานใหญ่/สาขา", "สาขาผู้เสียภาษี",
        "Branch", "Branch code", "Branch no", "Branch number", "Tax branch",
    ),
    "birth_date": (
        "วันเกิด", "วันเดือนปีเกิด", "ว/ด/ป เกิด", "เกิดวันที่", "วันที่เกิด", "Birth date", "Birthday",
        "Date of birth", "DOB", "วันและเดือนเกิด", "วัน/เดือนเกิด",
    ),
    "birth_year": (
        "ปีเกิด", "ปี พ.ศ. เกิด", "ปีเกิด (พ.ศ.)", "Birth year", "Year of birth",
    ),
    "gender": (
        "เพศ", "Gender", "Sex",
    ),
    "address": (
        "ที่อยู่", "ที่อยู่ลูกค้า", "ที่อยู่จัดส่ง", "ที่อยู่ตามบัตร", "ที่อยู่ออกใบกำกับภาษี",
        "ที่อยู่บริษัท", "บ้านเลขที่", "ที่อยู่ปัจจุบัน", "ที่ตั้ง", "Address", "Address 1", "Address line 1",
        "Street", "Street address", "Mailing street", "Billing street", "Billing address", "Billing address 1",
        "Shipping address", "Mailing address", "Postal address", "Home address", "Address 1 - Formatted",
        "Address 1 - Street", "Full address", "Organization - Address",
    ),
    "subdistrict": (
        "ตำบล", "แขวง", "ตำบล/แขวง", "แขวง/ตำบล", "ต.", "Subdistrict", "Tambon", "Khwaeng",
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
        "รหัสไปรษณีย์", "ไปรษณีย์", "ปณ.", "รหัส ปณ.", "Postcode", "Postal code", "Zip", "Zip code",
        "ZIP/Postal code", "Mailing zip", "Billing zip", "Mailing zip/postal code", "Billing postcode",
        "Billing zip/postal code", "Billing code", "Mailing code",
    ),
    "tags": (
        "แท็ก", "แท็ค", "แทก", "ป้าย", "ป้ายกำกับ", "กลุ่ม", "กลุ่มลูกค้า", "Tag", "Tags", "Label", "Labels",
        "Group", "Groups", "Group membership", "Person - Label", "Category", "Customer group", "Segment",
        "Categories",
    ),
    "owner": (
        "ผู้ดูแล", "ผู้รับผิดชอบ", "พนักงานขาย", "เซลล์", "เซลส์", "เซล", "ผู้ดูแลลูกค้า", "พนักงานดูแล",
        "Owner", "Contact owner", "Account owner", "Lead owner", "Salesperson", "Sales rep", "Sales",
        "Assigned to", "Account manager", "Person - Owner", "Record owner", "Hubspot owner",
    ),
    "consent": (
        "ความยินยอม", "ยินยอม", "ยินยอมรับข่าวสาร", "รับข่าวสาร", "Consent", "Marketing consent", "Opt-in", "Email opt out",
    ),
    "grade": (
        "เกรด", "ระดับ", "ระดับลูกค้า", "เกรดลูกค้า", "Grade", "Rating", "Customer grade", "Tier", "Class",
    ),
    "stage": (
        "สถานะลูกค้า", "สถานะ", "ขั้น", "Lifecycle stage", "Stage", "Status", "Lead status", "Customer status",
        "Contact status",
    ),
    "source": (
        "ที่มา", "แหล่งที่มา", "ช่องทางที่รู้จัก", "รู้จักเราจาก", "ช่องทาง", "Source", "Lead source",
        "Original source", "Channel", "Referral source", "Acquisition source", "Original traffic source",
    ),
    "note": (
        "หมายเหตุ", "บันทึก", "โน้ต", "โน๊ต", "รายละเอียด", "ข้อความ", "คอมเมนต์", "Note", "Notes", "Remark",
        "Remarks", "Comment", "Comments", "Description", "Memo",
    ),
}  # fmt: skip
