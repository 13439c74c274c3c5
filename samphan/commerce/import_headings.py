"""Headings that mean a field of orders and products.

Thai office usage, and the exports of HubSpot, Salesforce, Zoho, Pipedrive, Shopify, WooCommerce, Google Contacts,
Outlook, FlowAccount, PEAK, Shopee and Lazada.
"""

PRODUCT_HEADINGS: dict[str, tuple[str, ...]] = {
    "sku": (
        "รหัสสินค้า", "รหัส", "เลขสินค้า", "บาร์โค้ด", "บาร์โค๊ด", "รหัสบาร์โค้ด", "SKU", "Stock code",
        "Product code", "Product ID", "Item code", "Item number", "Barcode", "EAN", "Code", "Part number",
        "Seller SKU", "Variant SKU", "Product no", "ID",
    ),
    "name": (
        "ชื่อสินค้า", "สินค้า", "รายการ", "รายการสินค้า", "ชื่อ", "ชื่อรายการ", "รายละเอียดสินค้า", "Name",
        "Product name", "Product", "Item", "Item name", "Title", "Description", "Product title",
        "Product description",
    ),
    "unit_price": (
        "ราคา", "ราคาขาย", "ราคาต่อหน่วย", "ราคา/หน่วย", "ราคาปลีก", "ราคาขายปลีก", "หน่วยละ", "Price",
        "Unit price", "Sales price", "Selling price", "List price", "Retail price", "Regular price",
        "Variant price",
    ),
    "category": (
        "หมวด", "หมวดหมู่", "หมวดสินค้า", "หมวดหมู่สินค้า", "ประเภท", "ประเภทสินค้า", "กลุ่มสินค้า", "กลุ่ม",
        "Category", "Product category", "Product type", "Type", "Group", "Categories", "Series", "Department",
        "Product family",
    ),
    "unit": (
        "หน่วย", "หน่วยนับ", "หน่วยสินค้า", "Unit", "UOM", "Unit of measure", "Units",
    ),
    "is_active": (
        "ใช้งาน", "สถานะ", "เปิดใช้งาน", "เปิดขาย", "สถานะสินค้า", "Active", "Is active", "Status", "Enabled",
        "Published", "ขายอยู่",
    ),
}  # fmt: skip

ORDER_HEADINGS: dict[str, tuple[str, ...]] = {
    "number": (
        "เลขที่บิล", "เลขบิล", "เลขที่ใบเสร็จ", "เลขที่เอกสาร", "เลขที่ใบสั่งซื้อ", "เลขที่คำสั่งซื้อ",
        "หมายเลขคำสั่งซื้อ", "เลขคำสั่งซื้อ", "เลขออเดอร์", "เลขที่ออเดอร์", "ออเดอร์", "เลขที่ใบกำกับภาษี",
        "เลขที่ใบกำกับ", "เลขที่ใบแจ้งหนี้", "เลขที่ใบสั่งขาย", "เลขที่", "บิลเลขที่", "InvoiceNo", "Invoice",
        "Invoice number", "Invoice ID", "Order", "Order no", "Order number", "Order ID", "Order ref",
        "Bill no", "Bill number", "Receipt no", "Receipt number", "Document no", "Document number",
        "Transaction ID", "Sales order", "Number", "Order SN", "Order name",
    ),
    "ordered_at": (
        "วันที่", "วันที่ซื้อ", "วันที่สั่งซื้อ", "วันที่ขาย", "วันที่บิล", "วันที่เอกสาร", "วันที่ทำรายการ",
        "วันที่ออกบิล", "วันเวลาที่สั่งซื้อ", "วันเวลา", "เวลาสั่งซื้อ", "วันที่ทำการสั่งซื้อ", "ว/ด/ป",
        "วันเดือนปี", "InvoiceDate", "Date", "Order date", "Ordered at", "Created at", "Purchase date",
        "Sale date", "Sales date", "Transaction date", "Document date", "Bill date", "Receipt date",
        "Datetime", "Order creation date", "Order time", "Paid at", "Ordered",
    ),
    "customer": (
        "รหัสลูกค้า", "ลูกค้า", "ชื่อลูกค้า", "เลขสมาชิก", "รหัสสมาชิก", "ผู้ซื้อ", "ชื่อผู้ซื้อ",
        "CustomerID", "Customer", "Customer code", "Customer no", "Customer number", "Customer name", "Client",
        "Client ID", "Buyer", "Buyer ID", "Member ID", "Account", "Contact", "Member number",
        "Username (Buyer)", "เบอร์ลูกค้า",
    ),
    "channel": (
        "ช่องทาง", "ช่องทางขาย", "ช่องทางการขาย", "ช่องทางสั่งซื้อ", "Channel", "Sales channel", "Platform",
        "Source", "Order source", "Marketplace", "สาขา",
    ),
    "total": (
        "ยอดรวม", "รวม", "รวมเงิน", "รวมทั้งสิ้น", "ยอดเงิน", "ยอดขาย", "ยอดสุทธิ", "ยอดรวมสุทธิ", "จำนวนเงิน",
        "จำนวนเงินรวม", "มูลค่า", "ราคารวม", "เป็นเงิน", "สุทธิ", "Total", "Amount", "Grand total",
        "Net total", "Order total", "Total amount", "Total price", "Net amount", "Line total", "Sales",
        "Revenue",
    ),
    "sku": (
        "รหัสสินค้า", "เลขสินค้า", "บาร์โค้ด", "เลขอ้างอิง SKU", "StockCode", "SKU", "Product code",
        "Product ID", "Item code", "Item number", "Barcode", "Lineitem sku", "Seller SKU", "Part number",
    ),
    "description": (
        "รายการ", "รายการสินค้า", "ชื่อสินค้า", "สินค้า", "รายละเอียด", "รายละเอียดสินค้า", "Description",
        "Product", "Product name", "Item", "Item name", "Item description", "Lineitem name",
        "Product description",
    ),
    "quantity": (
        "จำนวน", "จำนวนชิ้น", "จำนวนที่ซื้อ", "จำนวนสินค้า", "ปริมาณ", "Quantity", "Qty", "Units", "Pieces",
        "Count", "Lineitem quantity", "Quantity sold", "Order quantity",
    ),
    "unit_price": (
        "ราคา/หน่วย", "ราคาต่อหน่วย", "หน่วยละ", "ราคา", "ราคาขาย", "ราคาต่อชิ้น", "UnitPrice", "Price",
        "Price per unit", "Item price", "Lineitem price", "Selling price", "Price each", "Rate",
    ),
}  # fmt: skip
