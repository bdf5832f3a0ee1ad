"""Commitments in full: parts, means, amendments, what they are found by."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import coalition.mailroom.models
from coalition.commitments.migrations._in_full import fill


class Migration(migrations.Migration):
    dependencies = [
        ("commitments", "0004_goals"),
        ("instruments", "0003_external"),
        ("partners", "0002_joining_in_full"),
        ("places", "0001_first"),
        ("results", "0001_first"),
        ("themes", "0001_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="commitment",
            name="is_public",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Q(
                    ("state__in", ["published", "completed_claimed", "closed", "inactive"])
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.CreateModel(
            name="Amendment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("partner", "The partner"), ("secretariat", "The secretariat")],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being written"),
                            ("proposed", "Waits for the other side"),
                            ("sent_back", "Sent back"),
                            ("applied", "Taken over"),
                            ("discarded", "Given up"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("base", models.JSONField(default=dict)),
                ("values", models.JSONField(default=dict)),
                ("why", models.CharField(blank=True, max_length=400, verbose_name="why")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "amendment",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="AmendmentMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("verb", models.CharField(max_length=40)),
                ("from_state", models.CharField(max_length=30)),
                ("to_state", models.CharField(max_length=30)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reason", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CommitmentList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Columns to be confirmed"),
                            ("checked", "Checked, nothing done yet"),
                            ("applied", "Taken in"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="uploaded",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("file_name", models.CharField(max_length=100)),
                ("file_digest", models.CharField(max_length=64)),
                ("headings", models.JSONField(default=list)),
                ("columns", models.JSONField(default=list)),
                ("options", models.JSONField(default=dict)),
                ("notes", models.JSONField(default=list)),
                ("plan_digest", models.CharField(blank=True, max_length=64)),
                ("counts", models.JSONField(default=dict)),
                ("packed_report", models.BinaryField(default=b"")),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        storage=coalition.mailroom.models.private_storage,
                        upload_to="commitment-lists",
                    ),
                ),
                ("is_example", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "list of commitments",
                "verbose_name_plural": "lists of commitments",
                "ordering": ["-made_at", "-pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("words", models.JSONField(default=dict)),
                ("why", models.CharField(blank=True, max_length=400)),
            ],
            options={
                "verbose_name": "edition of a commitment",
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Filing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "facet",
                    models.CharField(
                        choices=[
                            ("partner", "Partner"),
                            ("group", "Partner group"),
                            ("country", "Country"),
                            ("region", "Region"),
                            ("theme", "Theme"),
                            ("challenge", "Challenge"),
                            ("level", "Level"),
                            ("declaration", "Declaration"),
                            ("provision", "Paragraph"),
                            ("state", "State"),
                            ("light", "Reports"),
                            ("year", "Running in"),
                            ("help", "Help wanted"),
                        ],
                        max_length=12,
                    ),
                ),
                ("value", models.CharField(max_length=200)),
            ],
            options={
                "verbose_name": "filing",
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("implementing", "Carries it out"),
                            ("funding", "Pays for it"),
                            ("extending", "Manages or passes on the money"),
                            ("supporting", "Helps with knowledge or its voice"),
                        ],
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
                ("what", models.CharField(max_length=300, verbose_name="what it does")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked to confirm"),
                            ("confirmed", "Confirmed"),
                            ("declined", "Declined"),
                            ("left", "Left"),
                            ("removed", "Taken out"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("lead_offered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "role_of_lead",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("implementing", "Carries it out"),
                            ("funding", "Pays for it"),
                            ("extending", "Manages or passes on the money"),
                            ("supporting", "Helps with knowledge or its voice"),
                        ],
                        max_length=12,
                    ),
                ),
                ("what_of_lead", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "verbose_name": "part in a commitment",
                "verbose_name_plural": "parts in commitments",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="PartMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("verb", models.CharField(max_length=40)),
                ("from_state", models.CharField(max_length=30)),
                ("to_state", models.CharField(max_length=30)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reason", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Resource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("financial", "Money"),
                            ("material", "Goods and premises"),
                            ("technical", "Knowledge and advice"),
                            ("people", "People and their time"),
                            ("policy", "Laws and policies"),
                            ("places", "Places, for example for training"),
                            ("other", "Other, in words"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=400, verbose_name="in words")),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                (
                    "year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year"),
                ),
            ],
            options={
                "verbose_name": "resource",
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("query", models.CharField(max_length=1000)),
                (
                    "by_mail",
                    models.BooleanField(default=True, verbose_name="write to me of new ones"),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("told_until", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "saved search",
                "verbose_name_plural": "saved searches",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "facet",
                    models.CharField(
                        choices=[
                            ("partner", "Partner"),
                            ("group", "Partner group"),
                            ("country", "Country"),
                            ("region", "Region"),
                            ("theme", "Theme"),
                            ("challenge", "Challenge"),
                            ("level", "Level"),
                            ("declaration", "Declaration"),
                            ("provision", "Paragraph"),
                            ("state", "State"),
                            ("light", "Reports"),
                            ("year", "Running in"),
                            ("help", "Help wanted"),
                        ],
                        max_length=12,
                    ),
                ),
                ("value", models.CharField(max_length=200)),
                ("number", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "tally",
            },
        ),
        migrations.RemoveConstraint(
            model_name="commitment",
            name="published_has_a_time",
        ),
        migrations.RemoveIndex(
            model_name="commitment",
            name="commitments_state_3eb3a7_idx",
        ),
        migrations.RemoveIndex(
            model_name="commitment",
            name="commitments_state_63b59e_idx",
        ),
        migrations.AddField(
            model_name="commitment",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="commitment",
            name="external_records",
            field=models.ManyToManyField(
                blank=True,
                related_name="commitments",
                to="instruments.externalrecord",
                verbose_name="submissions and plans it is in line with",
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="help_wanted",
            field=models.CharField(blank=True, max_length=400, verbose_name="which help is wanted"),
        ),
        migrations.AddField(
            model_name="commitment",
            name="list_key",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="commitment",
            name="needs_help",
            field=models.BooleanField(default=False, verbose_name="it needs the help of others"),
        ),
        migrations.AddField(
            model_name="commitment",
            name="publish_on",
            field=models.DateField(blank=True, null=True, verbose_name="publish on"),
        ),
        migrations.AlterField(
            model_name="commitment",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("submitted", "Submitted"),
                    ("change_requested", "Change requested"),
                    ("approved", "Approved"),
                    ("published", "Published"),
                    ("completed_claimed", "Said to be completed"),
                    ("closed", "Closed"),
                    ("inactive", "Inactive"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="draft",
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(
                fields=["is_public", "-published_at", "-id"], name="commitments_is_publ_d8905a_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(
                fields=["is_public", "ends_on", "id"], name="commitments_is_publ_19a491_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(
                fields=["is_public", "title", "id"], name="commitments_is_publ_d356eb_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["published", "completed_claimed", "closed", "inactive"]),
                        _negated=True,
                    ),
                    ("published_at__isnull", False),
                    _connector="OR",
                ),
                name="a_public_commitment_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("state", "closed")),
                    models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at", None)),
                    _connector="OR",
                ),
                name="a_closed_commitment_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("list_key", ""), _negated=True),
                fields=("partner", "list_key"),
                name="a_row_of_a_partners_list_once",
            ),
        ),
        migrations.AddField(
            model_name="amendment",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="amendment",
            name="commitment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="amendments",
                to="commitments.commitment",
            ),
        ),
        migrations.AddField(
            model_name="amendmentmove",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="amendmentmove",
            name="record",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="moves",
                to="commitments.amendment",
            ),
        ),
        migrations.AddField(
            model_name="commitmentlist",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="commitmentlist",
            name="partner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="commitment_lists",
                to="partners.partner",
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="commitment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="editions",
                to="commitments.commitment",
            ),
        ),
        migrations.AddField(
            model_name="amendment",
            name="edition",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="amendment",
                to="commitments.edition",
            ),
        ),
        migrations.AddField(
            model_name="filing",
            name="commitment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="filings",
                to="commitments.commitment",
            ),
        ),
        migrations.AddField(
            model_name="part",
            name="commitment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parts",
                to="commitments.commitment",
            ),
        ),
        migrations.AddField(
            model_name="part",
            name="partner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="partners.partner",
            ),
        ),
        migrations.AddField(
            model_name="partmove",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="partmove",
            name="record",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="moves",
                to="commitments.part",
            ),
        ),
        migrations.AddField(
            model_name="resource",
            name="commitment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="resources",
                to="commitments.commitment",
            ),
        ),
        migrations.AddField(
            model_name="resource",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="results.unit",
                verbose_name="currency",
            ),
        ),
        migrations.AddField(
            model_name="savedsearch",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="saved_searches",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.UniqueConstraint(fields=("facet", "value"), name="one_tally_a_value"),
        ),
        migrations.AddConstraint(
            model_name="commitmentlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("state__in", ("uploaded", "checked"))),
                    models.Q(("closed_at__isnull", False), ("state__in", ("applied", "cancelled"))),
                    _connector="OR",
                ),
                name="a_closed_list_of_commitments_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.UniqueConstraint(
                fields=("commitment", "number"), name="an_edition_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["draft", "proposed", "sent_back"])),
                fields=("commitment", "side"),
                name="one_open_amendment_a_side",
            ),
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.UniqueConstraint(
                fields=("facet", "value", "commitment"), name="a_commitment_filed_once"
            ),
        ),
        migrations.AddIndex(
            model_name="part",
            index=models.Index(fields=["partner", "state"], name="commitments_partner_69b2c0_idx"),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.UniqueConstraint(
                fields=("commitment", "partner"), name="a_partner_has_one_part"
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lead_offered_at", None), ("role_of_lead", ""), ("what_of_lead", "")),
                    models.Q(
                        ("lead_offered_at__isnull", False),
                        ("state", "confirmed"),
                        models.Q(("role_of_lead", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_lead_is_offered_to_who_confirmed",
            ),
        ),
        migrations.AddIndex(
            model_name="resource",
            index=models.Index(
                condition=models.Q(("kind", "financial")),
                fields=["unit", "commitment", "amount"],
                name="money_promised",
            ),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.UniqueConstraint(
                fields=("commitment", "number"), name="a_resource_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="resource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("amount__gt", 0),
                        ("kind", "financial"),
                        ("unit__isnull", False),
                        ("year__isnull", False),
                    ),
                    models.Q(
                        models.Q(("kind", "financial"), _negated=True),
                        ("amount", None),
                        ("unit", None),
                        models.Q(("words", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="money_has_amount_currency_and_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.UniqueConstraint(
                fields=("person", "query"), name="a_search_saved_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="a_saved_search_has_a_name"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=False),
        migrations.RemoveField(
            model_name="commitment",
            name="resources",
        ),
    ]
