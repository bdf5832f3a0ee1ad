import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import coalition.mailroom.models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("mailroom", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="FailingAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(max_length=320, unique=True)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("why", models.CharField(max_length=500)),
                (
                    "letter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="mailroom.letter",
                    ),
                ),
            ],
            options={
                "verbose_name": "failing address",
                "verbose_name_plural": "failing addresses",
                "ordering": ["-since", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Thread",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        default=coalition.mailroom.models.new_token,
                        editable=False,
                        max_length=32,
                        unique=True,
                    ),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("is_example", models.BooleanField(default=False)),
                (
                    "into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="mailroom.thread",
                    ),
                ),
            ],
            options={
                "verbose_name": "correspondence",
            },
        ),
        migrations.CreateModel(
            name="Guess",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("why", models.CharField(max_length=300)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guesses",
                        to="mailroom.inboundmessage",
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guesses",
                        to="mailroom.thread",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("message", "thread"), name="one_guess_a_thread")
                ],
            },
        ),
        migrations.AddField(
            model_name="inboundmessage",
            name="authenticity",
            field=models.CharField(
                choices=[
                    ("unchecked", "not checked"),
                    ("passed", "its sender’s domain vouches for it"),
                    ("unknown", "its sender’s domain does not say"),
                    ("failed", "its sender’s domain disowns it"),
                ],
                default="unchecked",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="inboundmessage",
            name="authenticity_why",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="letter",
            name="message_id",
            field=models.CharField(blank=True, db_index=True, max_length=120),
        ),
        migrations.AddField(
            model_name="letter",
            name="written_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="inboundmessage",
            name="verdict",
            field=models.CharField(
                choices=[
                    ("received", "received, not yet read"),
                    ("case", "opened a case"),
                    ("waiting", "waits for an officer"),
                    ("automatic", "automatic mail"),
                    ("forged", "sender looks forged"),
                    ("quarantined", "in quarantine, never parsed"),
                    ("filed", "filed with a correspondence"),
                    ("bounce", "about a letter’s delivery"),
                    ("limited", "held back: too much mail"),
                    ("done", "dealt with"),
                ],
                db_index=True,
                default="received",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="letter",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "waiting"),
                    ("sent", "sent"),
                    ("held", "held: example address, never leaves"),
                    ("failed", "failed"),
                    ("returned", "came back: it did not arrive"),
                ],
                db_index=True,
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="inboundmessage",
            name="thread",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="messages",
                to="mailroom.thread",
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="thread",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="letters",
                to="mailroom.thread",
            ),
        ),
    ]
