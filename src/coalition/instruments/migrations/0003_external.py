import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import coalition.base.fields


class Migration(migrations.Migration):
    dependencies = [
        ("base", "0001_first"),
        ("instruments", "0002_every_text"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Register",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("names", coalition.base.fields.NamesField(default=dict, verbose_name="name")),
                (
                    "about",
                    coalition.base.fields.NamesField(
                        blank=True, default=dict, verbose_name="what stands in it"
                    ),
                ),
                ("url", models.URLField(blank=True, max_length=500)),
                ("as_of", models.DateField(blank=True, null=True, verbose_name="as it stood on")),
                ("taken_in_at", models.DateTimeField(blank=True, null=True)),
                ("is_example", models.BooleanField(default=False)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="base.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "register of others",
                "verbose_name_plural": "registers of others",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="ExternalRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("submission", "Submission"),
                            ("addendum", "Addendum"),
                            ("translation", "Translation"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "party_code",
                    models.CharField(blank=True, max_length=12, verbose_name="code of the party"),
                ),
                ("party_name", models.CharField(max_length=200, verbose_name="party")),
                ("title", models.CharField(max_length=400, verbose_name="title")),
                ("title_language", models.CharField(default="en", max_length=8)),
                ("language", models.CharField(blank=True, max_length=35)),
                (
                    "language_name",
                    models.CharField(blank=True, max_length=60, verbose_name="language"),
                ),
                ("version", models.CharField(blank=True, max_length=40, verbose_name="version")),
                ("status", models.CharField(blank=True, max_length=40, verbose_name="status")),
                (
                    "submitted_on",
                    models.DateField(blank=True, null=True, verbose_name="submitted on"),
                ),
                ("url", models.URLField(blank=True, max_length=1000, verbose_name="address")),
                ("file_name", models.CharField(blank=True, max_length=300, verbose_name="file")),
                (
                    "belongs_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("version_and_day", "It has the same version and the same day."),
                            ("version", "It has the version of this submission alone."),
                            (
                                "language",
                                "Of several of its version, it is in the language of this one.",
                            ),
                            ("title", "Its title names this submission."),
                            (
                                "month",
                                "Its file was put into the register in the month of this submission.",
                            ),
                            ("by_hand", "The secretariat looked it up."),
                            ("several", "Several submissions have its version."),
                            ("none", "No submission has its version and its time."),
                            ("same_file", "Its file is also the file of a submission."),
                            (
                                "title_elsewhere",
                                "Its title names another submission than its version.",
                            ),
                        ],
                        max_length=20,
                    ),
                ),
                ("attached_at", models.DateTimeField(blank=True, null=True)),
                ("taken_in_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("gone_at", models.DateTimeField(blank=True, null=True)),
                ("is_example", models.BooleanField(default=False)),
                (
                    "attached_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "belongs_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attached",
                        to="instruments.externalrecord",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="external_records",
                        to="instruments.party",
                    ),
                ),
                (
                    "register",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="instruments.register",
                    ),
                ),
            ],
            options={
                "verbose_name": "external record",
                "verbose_name_plural": "external records",
                "ordering": ["register", "party_name", "-submitted_on", "pk"],
                "indexes": [
                    models.Index(
                        fields=["register", "party_name"], name="instruments_registe_76ed21_idx"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("register", "key"), name="an_external_record_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("belongs_to", None),
                            models.Q(("kind", "submission"), _negated=True),
                            _connector="OR",
                        ),
                        name="a_submission_belongs_to_none",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("attached_at", None), ("attached_by", None)),
                            models.Q(
                                ("attached_at__isnull", False), ("attached_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="attached_by_somebody_at_some_time",
                    ),
                ],
            },
        ),
    ]
