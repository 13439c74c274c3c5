"""What the people of the demo company have written down, and what they still have to do."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from samphan.administration.models import Member, Workspace
from samphan.customers.models import Customer
from samphan.platform.tenancy import in_workspace
from samphan.runtime.demo.customers import BANGKOK
from samphan.work import actions
from samphan.work.models import Activity, Task
from samphan.work.recurrence import Every, Recurrence


class Done(NamedTuple):
    """Something written down: days ago, time of day, minutes of a call."""

    customer: str
    who: str
    kind: str
    days_ago: int
    clock: str
    text: str
    minutes: float = 0
    direction: str = "out"
    outcome: str = ""


class Planned(NamedTuple):
    """A task: in how many days (None: no day), time of day, and how it stands."""

    customer: str
    who: str
    title: str
    days: int | None
    clock: str = ""
    kind: str = Task.Kind.OTHER
    state: str = Task.State.NOT_STARTED
    every: Every | None = None
    by: str = ""  # who made it, when somebody else
    reminds: bool = False  # an hour before


DONE = (
    Done("พิมพ์ลดา อัครเดชากุล", "may", "call", 4, "14:20",
         "ถามเรื่องชุดของขวัญปีใหม่ 20 ชุด งบราวชุดละ 900 บาท ขอใบเสนอราคาก่อนสิ้นเดือน และขอพิมพ์ชื่อผู้รับบนกล่อง", 4.2,
         outcome="interested"),
    Done("พิมพ์ลดา อัครเดชากุล", "kong", "note", 1, "08:40", "มานั่งริมหน้าต่างเหมือนเดิม ถามว่าเมล็ดปางขอนจะเข้าเมื่อไร @เมย์ ฝากทักไปด้วย"),
    Done("พิมพ์ลดา อัครเดชากุล", "may", "visit", 26, "10:30", "มาชิมล็อตใหม่ที่สาขาอารีย์กับเพื่อนที่ทำงานสองคน ชอบปางขอนมากกว่าดอยช้าง"),
    Done("โรงแรมวังน้ำเย็น", "boy", "call", 9, "11:15", "เชฟใหม่ยังไม่ว่าง ให้โทรใหม่หลังวันพุธ", 2.5, outcome="later"),
    Done("โรงแรมวังน้ำเย็น", "boy", "meeting", 48, "13:30", "คุยสัญญาเมล็ดปี 2570 กับฝ่ายจัดซื้อ ขอราคาที่ 40 กก. ต่อเดือน"),
    Done("ร้านกาดเช้า คาเฟ่", "may", "call", 6, "09:05", "สั่งตามรอบ เพิ่มคั่วเข้ม 2 กก. เพราะมีงานวัด", 3, "in"),
    Done("บริษัท บ้านริมคลอง จำกัด", "boy", "meeting", 12, "14:00", "ต่อสัญญาปี 2570 ได้ ถ้าคงราคาเดิมถึงมีนาคม", outcome="agreed"),
    Done("หจก. สามพี่น้องเบเกอรี่", "boy", "visit", 20, "15:10", "ดูเครื่องบด ใบมีดสึก แนะนำให้เปลี่ยนก่อนปีใหม่"),
    Done("ฐิติรัตน์ ญาณวุฒิกร", "kong", "note", 3, "16:45", "กรอกแบบฟอร์มสนใจชุดเริ่มต้นร้านใหม่ที่ลำปาง"),
    Done("อิงฟ้า เหล่าพิพัฒน์", "may", "call", 15, "17:20", "ขอบคุณที่แนะนำเพื่อน ฝากคูปองเวิร์กช็อปให้สองใบ", 5),
    Done("ร้านเครปป้าอิ๊ด", "pui", "note", 7, "12:00", "ขอตัวอย่างคั่วเข้มไปเทียบกับของเดิม"),
)  # fmt: skip

TASKS = (
    Planned("โรงแรมวังน้ำเย็น", "boy", "นัดคุยกับเชฟเรื่องเมล็ดปี 2570", -2, "", Task.Kind.CALL),
    Planned("ร้านเตี๋ยวเรือ & กาแฟปู่ชู", "boy", "ตามบิลค้าง", 0, "11:00", Task.Kind.CALL),
    Planned("บริษัท บ้านริมคลอง จำกัด", "boy", "ต่อสัญญาปี 2570", 11),
    Planned("หจก. สามพี่น้องเบเกอรี่", "boy", "เข้าพบที่ร้าน", 2, "15:00", Task.Kind.VISIT),
    Planned("สหกรณ์ร้านค้าเกษตรวิถี", "boy", "เสนอราคาขายส่ง", -1, "", Task.Kind.EMAIL, Task.State.WAITING),
    Planned("โรงแรมวังน้ำเย็น", "may", "นัดคุยกับเชฟเรื่องเมล็ดปี 2570", -2, "", Task.Kind.CALL),
    Planned("ร้านกาดเช้า คาเฟ่", "may", "โทรถามรอบสั่ง", 0, "10:30", Task.Kind.CALL, every=Every.WEEK),
    Planned("พิมพ์ลดา อัครเดชากุล", "may", "ส่งใบเสนอราคาชุดของขวัญ 20 ชุด", 5, "", Task.Kind.EMAIL, Task.State.DOING),
    Planned("ฐิติรัตน์ ญาณวุฒิกร", "may", "โทรแนะนำชุดเริ่มต้นร้านใหม่", 0, "13:00", Task.Kind.CALL),
    Planned("หจก. สามพี่น้องเบเกอรี่", "may", "เข้าพบที่ร้าน ซอยวัดราชวรินทร์", 0, "15:00", Task.Kind.VISIT, reminds=True),
    Planned("ร้านโจ๊กหน้าวัดอุโมงค์", "may", "โทรกลับเรื่องเมล็ดบด", 0, "16:30", Task.Kind.CALL),
    Planned("บริษัท เอ็มทีเค ออฟฟิศ จำกัด", "may", "ส่งตัวอย่างคั่วกลางให้ห้องประชุมชั้น 12", None, by="boy"),
    Planned("", "may", "สรุปยอดสาขาอารีย์ให้ทีม", 1, "", Task.Kind.OTHER, every=Every.MONTH_END),
    Planned("นูรียะ สาเมาะ", "pui", "ขอบคุณหลังซื้อครั้งแรก", 1, "", Task.Kind.CALL),
    Planned("ร้านเครปป้าอิ๊ด", "pui", "ส่งตัวอย่างคั่วเข้ม", 3),
    Planned("Sarah Whitfield", "pui", "ส่งใบกำกับภาษีภาษาอังกฤษ", 4, "", Task.Kind.EMAIL),
    Planned("ฐิติรัตน์ ญาณวุฒิกร", "kong", "แจ้งรอบคั่วใหม่", 5, "", Task.Kind.CALL),
)  # fmt: skip

FINISHED = (
    Planned("พิมพ์ลดา อัครเดชากุล", "may", "ส่งตัวอย่างเมล็ดเชียงดาว", -10),
    Planned("ร้านกาแฟบ้านครูต้อย", "boy", "ยืนยันวันส่งของ", -6),
    Planned("อิงฟ้า เหล่าพิพัฒน์", "may", "ส่งคูปองเวิร์กช็อป", 0),
    Planned("พิพิธภัณฑ์ผ้าลำปาง", "may", "ส่งรูปกล่องของที่ระลึก", 0),
)


def write_work(workspace: Workspace, members: dict[str, Member], ids: dict[str, UUID], now: datetime) -> int:
    """Write activities and tasks as their people would, the oldest first; returns how many."""
    today = now.astimezone(BANGKOK).date()
    with in_workspace(workspace.id):
        customers = Customer.objects.in_bulk(
            [ids[name] for name in {row.customer for row in (*DONE, *TASKS, *FINISHED)} if name]
        )
        for done in sorted(DONE, key=lambda row: -row.days_ago):
            actions.write_activity(
                customers[ids[done.customer]],
                done.kind,
                done.text,
                acting_member=members[done.who],
                at=min(_moment(today - timedelta(days=done.days_ago), done.clock), now),
                duration=timedelta(minutes=done.minutes) if done.minutes else None,
                direction=done.direction if done.kind == Activity.Kind.CALL else "",
                outcome=done.outcome,
            )
        for task in (*FINISHED, *TASKS):
            _write(task, task in FINISHED, members, ids, today, now)
    return len(DONE) + len(TASKS) + len(FINISHED)


def _write(
    wanted: Planned, is_finished: bool, members: dict[str, Member], ids: dict[str, UUID], today: date, now: datetime
) -> None:
    member = members[wanted.who]
    day = None if wanted.days is None else today + timedelta(days=wanted.days)
    made_at = now - timedelta(days=3)
    due_at = _moment(day, wanted.clock) if day and wanted.clock else None
    reminder_at = due_at - timedelta(hours=1) if due_at and wanted.reminds else None
    _act, task = actions.create_task(
        actions.Plan(
            title=wanted.title,
            assignee_id=member.pk,
            customer_id=ids[wanted.customer] if wanted.customer else None,
            kind=wanted.kind,
            due_on=day,
            due_at=due_at,
            reminder_at=reminder_at if reminder_at and reminder_at > now else None,
            recurrence=Recurrence(wanted.every) if wanted.every else None,
        ),
        acting_member=members[wanted.by] if wanted.by else member,
        at=made_at,
    )
    if is_finished:
        finished = now if day == today else _moment(day or today, "16:48") - timedelta(days=1)
        actions.move_task(task, Task.State.DONE, acting_member=member, at=min(finished, now))
    elif wanted.state != Task.State.NOT_STARTED:
        actions.move_task(task, wanted.state, acting_member=member, at=now - timedelta(hours=2))


def _moment(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), BANGKOK)
