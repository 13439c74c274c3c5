import django.db.models.deletion
import django.db.models.functions.datetime
import samphan.platform.ids
from django.db import migrations, models

CHANNELS = [("bell", "Bell only"), ("mail", "E-mail too"), ("daily", "Daily summary")]


def base(*own):
    """The columns of every table of a workspace around its own."""
    return [
        (
            "id",
            models.UUIDField(default=samphan.platform.ids.uuid7, editable=False, primary_key=True, serialize=False),
        ),
        ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
        ("created_in", models.UUIDField(editable=False, null=True)),
        *own,
        (
            "member",
            models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="administration.member",
            ),
        ),
        (
            "workspace",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="administration.workspace",
            ),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("administration", "0010_home"),
    ]

    operations = [
        migrations.CreateModel(
            name="NotificationChoice",
            fields=base(
                ("topic", models.CharField(max_length=100)),
                ("channel", models.CharField(choices=CHANNELS, max_length=5)),
            ),
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "member", "topic"), name="notification_choice_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="NotificationMail",
            fields=base(
                ("channel", models.CharField(choices=CHANNELS, max_length=5)),
                ("due_at", models.DateTimeField()),
                ("queued_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=300)),
                (
                    "notification",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="administration.notification",
                    ),
                ),
            ),
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at", None)),
                        fields=["workspace", "due_at"],
                        name="notification_mail_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("failed_at__isnull", False), ("sent_at", None)),
                        fields=["workspace", "failed_at"],
                        name="notification_mail_failed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "notification"), name="notification_mailed_once")
                ],
            },
        ),
    ]
