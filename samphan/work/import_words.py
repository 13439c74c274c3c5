"""The words that files use for kinds and states of activities and tasks, Thai and English, in lower case."""

ACTIVITY_KINDS = {
    **dict.fromkeys(
        ("note", "notes", "remark", "email", "e-mail", "line", "chat", "บันทึก", "โน้ต", "โน๊ต", "หมายเหตุ",
         "อีเมล", "ไลน์", "แชต", "แชท"),
        "note",
    ),
    **dict.fromkeys(("call", "calls", "phone", "phone call", "โทร", "โทรศัพท์", "โทรหา", "โทรเข้า", "โทรออก"), "call"),
    **dict.fromkeys(
        ("visit", "site visit", "field visit", "เข้าพบ", "เยี่ยม", "เยี่ยมลูกค้า", "พบลูกค้า", "ออกพื้นที่"), "visit"
    ),
    **dict.fromkeys(
        ("meeting", "meetings", "demo", "lunch", "appointment", "event", "ประชุม", "นัด", "นัดหมาย", "นัดพบ", "เดโม"), "meeting"
    ),
}  # fmt: skip
DIRECTIONS = {
    **dict.fromkeys(("out", "outbound", "outgoing", "dialled", "dialed", "โทรออก", "ออก", "เราโทร"), "out"),
    **dict.fromkeys(("in", "inbound", "incoming", "received", "missed", "โทรเข้า", "เข้า", "รับสาย", "ลูกค้าโทร"), "in"),
}
OUTCOMES = {
    **dict.fromkeys(
        ("reached", "connected", "answered", "completed", "left live message", "contacted",
         "รับสาย", "คุยแล้ว", "ได้คุย", "ติดต่อได้", "โทรติด", "พบแล้ว",
         "ได้พบ"),
        "reached",
    ),
    **dict.fromkeys(
        ("no_answer", "no answer", "no response", "no response/busy", "busy", "left voicemail", "left message",
         "wrong number", "invalid number", "missed", "not reached", "unavailable",
         "ไม่รับสาย", "ไม่รับ", "สายไม่ว่าง", "ปิดเครื่อง", "ติดต่อไม่ได้", "โทรไม่ติด", "ไม่มีสัญญาณ", "ฝากข้อความ",
         "เบอร์ผิด", "ไม่พบ"),
        "no_answer",
    ),
    **dict.fromkeys(("interested", "requested more info", "สนใจ", "ขอข้อมูลเพิ่ม", "ขอใบเสนอราคา"), "interested"),
    **dict.fromkeys(
        ("later", "requested call back", "call back", "callback", "call back later",
         "โทรกลับ", "ขอให้โทรกลับ", "นัดโทรใหม่", "ไว้ก่อน", "ขอคิดดูก่อน",
         "ขอคิดก่อน", "ยังไม่ตัดสินใจ"),
        "later",
    ),
    **dict.fromkeys(("agreed", "accepted", "sale", "sold", "won", "ตกลง", "ตกลงซื้อ", "สั่งซื้อ", "ซื้อ", "ปิดการขาย"), "agreed"),
    **dict.fromkeys(("declined", "not interested", "rejected", "refused", "ไม่สนใจ", "ปฏิเสธ", "ไม่ซื้อ"), "declined"),
}  # fmt: skip
TASK_KINDS = {
    **dict.fromkeys(
        ("other", "task", "to do", "todo", "to-do", "deadline", "follow up", "follow-up", "meeting", "lunch",
         "งาน", "อื่น ๆ", "อื่นๆ",
         "ติดตาม", "ประชุม"),
        "other",
    ),
    **dict.fromkeys(("call", "phone", "โทร", "โทรหา", "โทรศัพท์"), "call"),
    **dict.fromkeys(("visit", "appointment", "เข้าพบ", "เยี่ยม", "นัดพบ"), "visit"),
    **dict.fromkeys(("email", "e-mail", "mail", "อีเมล", "ส่งอีเมล"), "email"),
}  # fmt: skip
TASK_STATES = {
    **dict.fromkeys(
        ("not_started", "not started", "open", "new", "to do", "todo", "pending", "planned", "undone", "no", "false", "0",
         "ยังไม่เริ่ม", "ยังไม่ทำ", "ใหม่", "เปิด", "ค้าง", "ยังไม่เสร็จ"),
        "not_started",
    ),
    **dict.fromkeys(("doing", "in progress", "in_progress", "started", "working", "กำลังทำ", "กำลังดำเนินการ",
                     "ดำเนินการ"), "doing"),
    **dict.fromkeys(
        ("waiting", "waiting on someone else", "waiting for input", "waiting for someone else", "deferred",
         "on hold", "รอ", "รอลูกค้า",
         "รอคำตอบ", "พักไว้", "เลื่อน"),
        "waiting",
    ),
    **dict.fromkeys(
        ("done", "completed", "complete", "closed", "finished", "yes", "true", "1", "เสร็จ", "เสร็จแล้ว",
         "ทำแล้ว", "ปิด", "ปิดงาน", "เรียบร้อย"),
        "done",
    ),
    **dict.fromkeys(("cancelled", "canceled", "ยกเลิก", "ไม่ทำแล้ว"), "cancelled"),
}  # fmt: skip
