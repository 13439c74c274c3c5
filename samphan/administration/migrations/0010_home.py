from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("administration", "0009_guide"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="home",
            field=models.CharField(
                choices=[
                    ("auto", "Today when something is to do, else customers"),
                    ("today", "Today"),
                    ("customers", "Customers"),
                ],
                db_default="auto",
                default="auto",
                max_length=9,
                verbose_name="first page",
            ),
        ),
    ]
