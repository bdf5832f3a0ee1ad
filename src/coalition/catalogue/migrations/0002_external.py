from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0001_first"),
    ]

    operations = [
        migrations.AlterField(
            model_name="record",
            name="kind",
            field=models.CharField(
                choices=[
                    ("partner", "Partner"),
                    ("commitment", "Commitment"),
                    ("declaration", "Declaration"),
                    ("provision", "Paragraph"),
                    ("theme", "Thematic area"),
                    ("challenge", "Challenge"),
                    ("place", "Place"),
                    ("news", "News"),
                    ("external", "Document of others"),
                ],
                max_length=20,
            ),
        ),
    ]
