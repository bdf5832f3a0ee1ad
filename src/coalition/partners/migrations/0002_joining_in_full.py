import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import coalition.base.fields
import coalition.mailroom.models
import coalition.partners.models.bodies
import coalition.partners.models.people


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("base", "0001_first"),
        ("mailroom", "0002_joining_in_full"),
        ("partners", "0001_first"),
        ("places", "0001_first"),
        ("themes", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="BoardMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("number", models.PositiveBigIntegerField()),
                ("snoozed_until", models.DateField(blank=True, null=True)),
                (
                    "assigned_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "mark on the board",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "number"), name="one_mark_on_the_board")
                ],
            },
        ),
        migrations.CreateModel(
            name="Body",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("names", coalition.base.fields.NamesField(default=dict, verbose_name="names")),
                ("ours", models.JSONField(blank=True, default=list)),
                (
                    "retired_on",
                    models.DateField(blank=True, null=True, verbose_name="no longer used from"),
                ),
                ("loaded", models.JSONField(default=dict, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("forum", "Forum"),
                            ("coordinating_group", "Coordinating group"),
                            ("secretariat", "Secretariat"),
                            ("working_group", "Working group"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "remit",
                    coalition.base.fields.NamesField(
                        blank=True, default=dict, verbose_name="what it is for"
                    ),
                ),
                (
                    "meets",
                    coalition.base.fields.NamesField(
                        blank=True, default=dict, verbose_name="how often it meets"
                    ),
                ),
                (
                    "composition",
                    coalition.base.fields.NamesField(
                        blank=True, default=dict, verbose_name="who belongs to it"
                    ),
                ),
                (
                    "known",
                    coalition.base.fields.NamesField(
                        blank=True, default=dict, verbose_name="what is known and what is not"
                    ),
                ),
                (
                    "quorum_seats",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="quorum: number of seats"
                    ),
                ),
                (
                    "quorum_percent",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        verbose_name="quorum: share of the seats, in per cent",
                    ),
                ),
                ("is_example", models.BooleanField(default=False)),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="base.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "body",
                "ordering": ["position", "code"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quorum_seats", None), ("quorum_percent", None), _connector="OR"
                        ),
                        name="a_quorum_is_a_number_or_a_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quorum_percent", None),
                            ("quorum_percent__range", (1, 100)),
                            _connector="OR",
                        ),
                        name="a_share_is_one_to_a_hundred_per_cent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("text", models.TextField(verbose_name="note")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="partners.accessionrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "note on a request",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CommonPriority",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("suggested", "Suggested by the platform"),
                            ("named", "Common priority"),
                            ("theme", "Became a thematic area"),
                            ("dissolved", "Dissolved"),
                        ],
                        default="suggested",
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("priority", "Priority"), ("opportunity", "Opportunity")],
                        default="priority",
                        max_length=12,
                    ),
                ),
                (
                    "names",
                    coalition.base.fields.NamesField(blank=True, default=dict, verbose_name="name"),
                ),
                ("made_by_platform", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("is_example", models.BooleanField(default=False)),
                (
                    "became",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="came_from",
                        to="themes.theme",
                    ),
                ),
                (
                    "level",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.level",
                        verbose_name="level",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="partners.commonpriority",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                        verbose_name="place",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="themes.theme",
                        verbose_name="theme",
                    ),
                ),
            ],
            options={
                "verbose_name": "common priority",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["state", "theme"], name="partners_co_state_51ce09_idx")
                ],
            },
        ),
        migrations.CreateModel(
            name="Duplicate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("score", models.PositiveSmallIntegerField(verbose_name="likeness in percent")),
                ("why", models.JSONField(default=list)),
                ("compared", models.CharField(max_length=64)),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("dismissed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "dismissed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "other_partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="likenesses",
                        to="partners.partner",
                    ),
                ),
                (
                    "other_request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="likenesses",
                        to="partners.accessionrequest",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="duplicates",
                        to="partners.accessionrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "likely duplicate",
                "ordering": ["-score", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("other_partner__isnull", False), ("other_request", None)),
                            models.Q(("other_partner", None), ("other_request__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_duplicate_has_one_other_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dismissed_by", None), ("dismissed_at__isnull", False), _connector="OR"
                        ),
                        name="a_dismissal_has_a_time",
                    ),
                    models.UniqueConstraint(
                        fields=("request", "other_request"), name="one_likeness_of_two_requests"
                    ),
                    models.UniqueConstraint(
                        fields=("request", "other_partner"), name="one_likeness_to_a_partner"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Eligibility",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("names", coalition.base.fields.NamesField(default=dict, verbose_name="names")),
                ("ours", models.JSONField(blank=True, default=list)),
                (
                    "retired_on",
                    models.DateField(blank=True, null=True, verbose_name="no longer used from"),
                ),
                ("loaded", models.JSONField(default=dict, editable=False)),
                ("help", coalition.base.fields.NamesField(default=dict, verbose_name="help")),
                (
                    "groups",
                    models.JSONField(blank=True, default=list, verbose_name="partner groups"),
                ),
                ("needed", models.BooleanField(default=True, verbose_name="needed for a decision")),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="base.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "statement of eligibility",
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FlagCategory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("names", coalition.base.fields.NamesField(default=dict, verbose_name="names")),
                ("ours", models.JSONField(blank=True, default=list)),
                (
                    "retired_on",
                    models.DateField(blank=True, null=True, verbose_name="no longer used from"),
                ),
                ("loaded", models.JSONField(default=dict, editable=False)),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="base.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "category of flags",
                "verbose_name_plural": "categories of flags",
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("language", models.CharField(default="en", max_length=8)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("focal_point", "Lead focal point"),
                            ("editor", "Editor"),
                            ("signatory", "Signatory"),
                            ("viewer", "Viewer"),
                        ],
                        max_length=20,
                    ),
                ),
                ("until", models.DateField(blank=True, null=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("token_digest", models.CharField(max_length=64, unique=True)),
                (
                    "expires_at",
                    models.DateTimeField(default=coalition.partners.models.people.in_two_weeks),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "ordering": ["made_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("partner"),
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(("answer", "")),
                        name="one_pending_invitation_an_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None)),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="an_answer_has_its_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KnownName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("alias", "also known as"),
                            ("former", "former name"),
                            ("acronym", "short form"),
                            ("officer", "person in charge"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=300, verbose_name="name")),
                ("role", models.CharField(blank=True, max_length=200, verbose_name="role")),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="known_names",
                        to="partners.partner",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="known_names",
                        to="partners.accessionrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "known name",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("partner__isnull", False), ("request", None)),
                            models.Q(("partner", None), ("request__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_known_name_has_one_owner",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ListEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[("un-sc", "Consolidated list of the UN Security Council")],
                        max_length=20,
                    ),
                ),
                ("dataid", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[("individual", "Person"), ("entity", "Organisation")],
                        max_length=10,
                    ),
                ),
                ("reference", models.CharField(max_length=40)),
                ("list_type", models.CharField(blank=True, max_length=60)),
                ("listed_on", models.DateField(blank=True, null=True)),
                ("nationalities", models.CharField(blank=True, max_length=500)),
                ("birth_dates", models.CharField(blank=True, max_length=500)),
                ("designations", models.TextField(blank=True)),
                ("comments", models.TextField(blank=True)),
                ("digest", models.CharField(max_length=64)),
                ("delisted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "entry of a list",
                "ordering": ["reference", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "dataid"), name="one_entry_a_number_of_a_list"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LookupKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(db_index=True, max_length=120)),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keys",
                        to="partners.partner",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keys",
                        to="partners.accessionrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "lookup key",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("partner__isnull", False), ("request", None)),
                            models.Q(("partner", None), ("request__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_lookup_key_has_one_owner",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("partner", None)),
                        fields=("request", "key"),
                        name="one_key_a_request",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("request", None)),
                        fields=("partner", "key"),
                        name="one_key_a_partner",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProfileChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("field", models.CharField(max_length=40)),
                ("before", models.TextField(blank=True)),
                ("after", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="profile_changes",
                        to="partners.partner",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("names", coalition.base.fields.NamesField(default=dict, verbose_name="names")),
                ("ours", models.JSONField(blank=True, default=list)),
                (
                    "retired_on",
                    models.DateField(blank=True, null=True, verbose_name="no longer used from"),
                ),
                ("loaded", models.JSONField(default=dict, editable=False)),
                ("help", coalition.base.fields.NamesField(default=dict, verbose_name="help")),
                (
                    "groups",
                    models.JSONField(blank=True, default=list, verbose_name="partner groups"),
                ),
                ("needed", models.BooleanField(default=True, verbose_name="needed for a decision")),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("identity", "Who you are"),
                            ("governance", "Who governs it"),
                            ("means", "Means and ties"),
                            ("purpose", "Why you wish to join"),
                        ],
                        max_length=20,
                        verbose_name="section",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("line", "one line"),
                            ("text", "a few sentences"),
                            ("choice", "one of several"),
                            ("yes_no", "yes or no"),
                            ("link", "a web address"),
                            ("number", "a whole number"),
                            ("names", "names, one a line"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("choices", models.JSONField(blank=True, default=list, verbose_name="choices")),
                (
                    "name_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("alias", "also known as"),
                            ("former", "former name"),
                            ("acronym", "short form"),
                            ("officer", "person in charge"),
                        ],
                        max_length=10,
                        verbose_name="kind of name",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="base.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "question to applicants",
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RosterImport",
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
                (
                    "file",
                    models.FileField(
                        blank=True,
                        storage=coalition.mailroom.models.private_storage,
                        upload_to="rosters",
                    ),
                ),
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
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "import of partners",
                "verbose_name_plural": "imports of partners",
                "ordering": ["-made_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("state__in", ("uploaded", "checked"))),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("state__in", ("applied", "cancelled")),
                            ),
                            _connector="OR",
                        ),
                        name="a_closed_import_has_its_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SanctionsList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[("un-sc", "Consolidated list of the UN Security Council")],
                        max_length=20,
                        verbose_name="list",
                    ),
                ),
                ("generated_at", models.DateTimeField(verbose_name="made by its publisher at")),
                ("date_generated", models.DateField(verbose_name="date of the list")),
                ("imported_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("digest", models.CharField(max_length=64)),
                ("individuals", models.PositiveIntegerField(default=0)),
                ("entities", models.PositiveIntegerField(default=0)),
                ("listed", models.PositiveIntegerField(default=0, verbose_name="names")),
                ("made", models.PositiveIntegerField(default=0, verbose_name="new entries")),
                ("changed", models.PositiveIntegerField(default=0, verbose_name="changed entries")),
                (
                    "retired",
                    models.PositiveIntegerField(default=0, verbose_name="entries no longer listed"),
                ),
                (
                    "imported_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "imported list",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["code", "-id"], name="partners_sa_code_e316dc_idx")
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("query", models.CharField(blank=True, max_length=500)),
                (
                    "is_shared",
                    models.BooleanField(default=False, verbose_name="shown to all officers"),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "saved view",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "name"), name="one_view_a_name_and_officer"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sector",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("names", coalition.base.fields.NamesField(default=dict, verbose_name="names")),
                ("ours", models.JSONField(blank=True, default=list)),
                (
                    "retired_on",
                    models.DateField(blank=True, null=True, verbose_name="no longer used from"),
                ),
                ("loaded", models.JSONField(default=dict, editable=False)),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="base.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "sector",
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ServiceTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stage", models.CharField(max_length=30, unique=True)),
                ("days", models.PositiveSmallIntegerField(verbose_name="days")),
                ("loaded", models.JSONField(default=dict, editable=False)),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="base.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "service target",
                "ordering": ["stage"],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("names", coalition.base.fields.NamesField(default=dict, verbose_name="names")),
                ("ours", models.JSONField(blank=True, default=list)),
                (
                    "retired_on",
                    models.DateField(blank=True, null=True, verbose_name="no longer used from"),
                ),
                ("loaded", models.JSONField(default=dict, editable=False)),
                ("days", models.PositiveSmallIntegerField(verbose_name="days")),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="base.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "term",
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ToConfirm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("withdraw", "to withdraw the request"),
                            ("contact", "to name another focal point"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("contact_name", models.CharField(blank=True, max_length=200)),
                ("contact_email", models.EmailField(blank=True, max_length=254)),
                ("sent_to", models.EmailField(max_length=254)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="to_confirm",
                        to="partners.accessionrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "step to be confirmed by letter",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Verification",
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
                            ("not_started", "Not started"),
                            ("in_review", "In review"),
                            ("proposed", "Decision proposed"),
                            ("verified", "Verified"),
                            ("not_verified", "Not verified"),
                        ],
                        default="not_started",
                        max_length=20,
                    ),
                ),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "depth",
                    models.CharField(
                        choices=[("light", "light"), ("standard", "standard"), ("full", "full")],
                        max_length=10,
                        verbose_name="depth",
                    ),
                ),
                ("is_raised", models.BooleanField(default=False)),
                (
                    "advice",
                    models.CharField(
                        blank=True,
                        choices=[("verify", "to verify"), ("refuse", "not to verify")],
                        max_length=10,
                    ),
                ),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
                ("reminded", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "legal_status",
                    models.CharField(blank=True, max_length=200, verbose_name="legal status"),
                ),
                (
                    "governance",
                    models.CharField(
                        blank=True, max_length=400, verbose_name="governance in one sentence"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        default="en", max_length=8, verbose_name="language of these words"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="verifications",
                        to="partners.partner",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="verifications",
                        to="partners.accessionrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "verification",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        fields=["state", "expires_on"], name="partners_ve_state_028c9b_idx"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("request__isnull", False), ("partner__isnull", False), _connector="OR"
                        ),
                        name="a_verification_has_an_owner",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("not_started", "in_review", "proposed"))),
                        fields=("request",),
                        name="one_open_verification_a_request",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("not_started", "in_review", "proposed"))),
                        fields=("partner",),
                        name="one_open_verification_a_partner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "verified"), _negated=True),
                            ("expires_on__isnull", False),
                            _connector="OR",
                        ),
                        name="what_is_verified_expires",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VettingPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("names", coalition.base.fields.NamesField(default=dict, verbose_name="names")),
                ("ours", models.JSONField(blank=True, default=list)),
                (
                    "retired_on",
                    models.DateField(blank=True, null=True, verbose_name="no longer used from"),
                ),
                ("loaded", models.JSONField(default=dict, editable=False)),
                (
                    "depth",
                    models.CharField(
                        choices=[("light", "light"), ("standard", "standard"), ("full", "full")],
                        max_length=10,
                        verbose_name="depth",
                    ),
                ),
                (
                    "months",
                    models.PositiveSmallIntegerField(verbose_name="renewed every so many months"),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="base.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "vetting plan",
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="VettingQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("names", coalition.base.fields.NamesField(default=dict, verbose_name="names")),
                ("ours", models.JSONField(blank=True, default=list)),
                (
                    "retired_on",
                    models.DateField(blank=True, null=True, verbose_name="no longer used from"),
                ),
                ("loaded", models.JSONField(default=dict, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("question", "Question"), ("exclusion", "Exclusion criterion")],
                        default="question",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("standing", "Standing and registration"),
                            ("mandate", "Aims and mandate"),
                            ("governance", "Governance and independence"),
                            ("funding", "Funding and ownership"),
                            ("safeguards", "Safeguards"),
                            ("conduct", "Conduct and rights"),
                            ("risk", "Risks on file"),
                        ],
                        max_length=20,
                        verbose_name="what it is about",
                    ),
                ),
                (
                    "help",
                    coalition.base.fields.NamesField(blank=True, default=dict, verbose_name="help"),
                ),
                (
                    "expected",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No")],
                        max_length=3,
                        verbose_name="expected answer",
                    ),
                ),
                (
                    "depth",
                    models.CharField(
                        choices=[("light", "light"), ("standard", "standard"), ("full", "full")],
                        default="light",
                        max_length=10,
                        verbose_name="asked from this depth on",
                    ),
                ),
                ("groups", models.JSONField(blank=True, default=list, verbose_name="groups")),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="base.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "vetting question",
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="WantedDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("names", coalition.base.fields.NamesField(default=dict, verbose_name="names")),
                ("ours", models.JSONField(blank=True, default=list)),
                (
                    "retired_on",
                    models.DateField(blank=True, null=True, verbose_name="no longer used from"),
                ),
                ("loaded", models.JSONField(default=dict, editable=False)),
                ("help", coalition.base.fields.NamesField(default=dict, verbose_name="help")),
                (
                    "groups",
                    models.JSONField(blank=True, default=list, verbose_name="partner groups"),
                ),
                ("needed", models.BooleanField(default=True, verbose_name="needed for a decision")),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="base.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "wanted document",
                "ordering": ["position", "code"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CaseAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="answer")),
                ("number", models.BigIntegerField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="partners.accessionrequest",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.eligibility",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.question",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer of an applicant",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("question", None), ("statement__isnull", False)),
                            models.Q(("question__isnull", False), ("statement", None)),
                            _connector="OR",
                        ),
                        name="an_answer_is_to_one_thing",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("statement", None)),
                        fields=("request", "question"),
                        name="one_answer_a_question",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("question", None)),
                        fields=("request", "statement"),
                        name="one_answer_a_statement",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        storage=coalition.mailroom.models.private_storage,
                        upload_to="cases",
                        verbose_name="file",
                    ),
                ),
                (
                    "name",
                    models.CharField(blank=True, max_length=200, verbose_name="name of the file"),
                ),
                ("media_type", models.CharField(blank=True, max_length=100)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("reason", models.TextField(blank=True, verbose_name="why it is missing")),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="mailroom.inboundmessage",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="partners.accessionrequest",
                    ),
                ),
                (
                    "wanted",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.wanteddocument",
                    ),
                ),
            ],
            options={
                "verbose_name": "document of a request",
                "verbose_name_plural": "documents of requests",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(models.Q(("file", ""), _negated=True), ("reason", "")),
                            models.Q(("file", ""), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="a_document_or_why_it_is_missing",
                    ),
                    models.UniqueConstraint(
                        fields=("request", "wanted", "sha256"), name="one_document_a_file"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommonPriorityMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("suggested", "suggested by the platform"),
                            ("in", "belongs to it"),
                            ("out", "taken out by an officer"),
                        ],
                        default="suggested",
                        max_length=10,
                    ),
                ),
                ("why", models.JSONField(blank=True, default=dict)),
                ("words_then", models.CharField(blank=True, max_length=300)),
                (
                    "common",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="partners.commonpriority",
                    ),
                ),
                (
                    "priority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="partners.priority",
                    ),
                ),
            ],
            options={
                "verbose_name": "member of a common priority",
                "ordering": ["common", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("common", "priority"), name="a_priority_once_a_common_one"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("standing", "in")),
                        fields=("priority",),
                        name="a_priority_in_one_common_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommonPriorityMove",
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
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="partners.commonpriority",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ConflictDeclaration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("has_conflict", models.BooleanField(verbose_name="has a conflict of interest")),
                ("words", models.TextField(blank=True, verbose_name="in the officer’s words")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="declarations",
                        to="partners.verification",
                    ),
                ),
            ],
            options={
                "verbose_name": "declaration of interests",
                "verbose_name_plural": "declarations of interests",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("verification", "officer", "has_conflict"),
                        name="one_declaration_a_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Flag",
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
                            ("observation", "Observation"),
                            ("risk", "Risk"),
                            ("escalated", "Escalated"),
                            ("red", "Red flag"),
                            ("resolved", "Resolved"),
                        ],
                        default="observation",
                        max_length=20,
                    ),
                ),
                ("words", models.TextField(verbose_name="what was seen, and where")),
                (
                    "valid_until",
                    models.DateField(blank=True, null=True, verbose_name="valid until"),
                ),
                ("raised_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="flags",
                        to="partners.partner",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="flags",
                        to="partners.accessionrequest",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.flagcategory",
                        verbose_name="category",
                    ),
                ),
            ],
            options={
                "verbose_name": "flag",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["state"], name="partners_fl_state_9ee9f2_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("request__isnull", False), ("partner__isnull", False), _connector="OR"
                        ),
                        name="a_flag_has_an_owner",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ListName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("primary", "main name"),
                            ("good", "good alias"),
                            ("low", "weak alias"),
                            ("alias", "alias"),
                            ("former", "former name"),
                            ("original", "in its own script"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=500)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="names",
                        to="partners.listentry",
                    ),
                ),
            ],
            options={
                "verbose_name": "name on a list",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Match",
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
                            ("open", "To be decided"),
                            ("cleared", "Not the same"),
                            ("confirmed", "The same: confirmed"),
                            ("lapsed", "No longer found"),
                        ],
                        db_index=True,
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("name", "name"),
                            ("alias", "also known as"),
                            ("former", "former name"),
                            ("acronym", "short form"),
                            ("officer", "person in charge"),
                            ("focal_point", "focal point"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=300, verbose_name="name")),
                ("key", models.CharField(max_length=300)),
                ("entry_digest", models.CharField(max_length=64)),
                ("listed_name", models.CharField(max_length=500, verbose_name="name on the list")),
                ("score", models.DecimalField(decimal_places=3, max_digits=4)),
                ("reasons", models.JSONField(default=list)),
                ("list_date", models.DateField()),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matches",
                        to="partners.listentry",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="matches",
                        to="partners.partner",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="matches",
                        to="partners.accessionrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "match on a list",
                "verbose_name_plural": "matches on lists",
                "ordering": ["-score", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("partner__isnull", False), ("request", None)),
                            models.Q(("partner", None), ("request__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_match_has_one_owner",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("partner", None)),
                        fields=("request", "key", "entry", "entry_digest"),
                        name="one_match_a_name_of_a_request",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("request", None)),
                        fields=("partner", "key", "entry", "entry_digest"),
                        name="one_match_a_name_of_a_partner",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("held", "Held"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("language", models.CharField(default="en", max_length=8, verbose_name="language")),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="ends")),
                (
                    "time_zone",
                    models.CharField(default="UTC", max_length=60, verbose_name="time zone"),
                ),
                ("place", models.CharField(blank=True, max_length=300, verbose_name="place")),
                (
                    "online_link",
                    models.URLField(
                        blank=True, max_length=500, verbose_name="link to take part online"
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("is_example", models.BooleanField(default=False)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="partners.body",
                    ),
                ),
            ],
            options={
                "verbose_name": "meeting",
                "ordering": ["-starts_at", "-pk"],
                "indexes": [
                    models.Index(
                        fields=["body", "-starts_at"], name="partners_me_body_id_c7b216_idx"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at", None),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="a_meeting_ends_after_it_began",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("names_digest", models.CharField(max_length=64)),
                ("count", models.PositiveIntegerField(verbose_name="names screened")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.sanctionslist",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="screenings",
                        to="partners.partner",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="screenings",
                        to="partners.accessionrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "screening",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["request", "-id"], name="partners_sc_request_3455b6_idx"),
                    models.Index(fields=["partner", "-id"], name="partners_sc_partner_f43fd9_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("partner__isnull", False), ("request", None)),
                            models.Q(("partner", None), ("request__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_screening_has_one_owner",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "office",
                    coalition.base.fields.NamesField(
                        blank=True, default=dict, verbose_name="office"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("chair", "Chair"),
                            ("member", "Member"),
                            ("observer", "Observer"),
                        ],
                        default="member",
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                ("since", models.DateField(blank=True, null=True, verbose_name="from")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                ("code", models.SlugField(blank=True, max_length=60)),
                ("loaded", models.JSONField(default=dict, editable=False)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="partners.body",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seats",
                        to="partners.partner",
                        verbose_name="partner",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="base.source",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "seat",
                "ordering": ["body", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("partner__isnull", False),
                            ("person__isnull", False),
                            models.Q(("office", {}), _negated=True),
                            _connector="OR",
                        ),
                        name="a_seat_is_somebodys",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None),
                            ("since", None),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="a_seat_ends_after_it_began",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("body", "code"),
                        name="one_seat_a_code",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VerificationMove",
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
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="partners.verification",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="VettingAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "value",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("unclear", "Unclear")],
                        max_length=10,
                        verbose_name="answer",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="how it is known")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="partners.verification",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.vettingquestion",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer on a vetting question",
                "ordering": ["question__position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("verification", "question"), name="one_answer_a_vetting_question"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("words", models.TextField(blank=True, verbose_name="what it is about")),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agenda",
                        to="partners.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "item of the agenda",
                "ordering": ["meeting", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("meeting", "number"), name="one_item_a_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "presence",
                    models.CharField(
                        choices=[
                            ("present", "present"),
                            ("represented", "represented"),
                            ("absent", "absent"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendance",
                        to="partners.meeting",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendance",
                        to="partners.seat",
                    ),
                ),
            ],
            options={
                "verbose_name": "attendance",
                "ordering": ["meeting", "seat"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("meeting", "seat"), name="a_seat_once_a_meeting"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FlagMove",
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
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="partners.flag",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MatchMove",
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
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="partners.match",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MeetingMove",
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
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="partners.meeting",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Minutes",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(default="en", max_length=8, verbose_name="language")),
                ("text", models.TextField(verbose_name="text")),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="minutes",
                        to="partners.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "minutes",
                "ordering": ["meeting", "language"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("meeting", "language"), name="one_record_a_language"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("text", models.TextField(verbose_name="decision")),
                ("language", models.CharField(default="en", max_length=8, verbose_name="language")),
                ("dissent", models.TextField(blank=True, verbose_name="dissent")),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="partners.agendaitem",
                        verbose_name="item of the agenda",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="partners.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("language", models.CharField(default="en", max_length=8, verbose_name="language")),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("public", "for everyone"),
                            ("members", "for those who sit in the body"),
                        ],
                        default="members",
                        max_length=10,
                        verbose_name="who may read it",
                    ),
                ),
                (
                    "file",
                    models.FileField(
                        max_length=300,
                        storage=coalition.partners.models.bodies.private,
                        upload_to="papers/%Y/",
                        verbose_name="file",
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("media_type", models.CharField(max_length=120)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="papers",
                        to="partners.agendaitem",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="papers",
                        to="partners.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "paper",
                "ordering": ["meeting", "item__number", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ActionPoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("done", "Done, to be verified"),
                            ("verified", "Verified"),
                            ("dropped", "Dropped"),
                        ],
                        db_index=True,
                        default="open",
                        max_length=10,
                    ),
                ),
                ("words", models.CharField(max_length=500, verbose_name="what is to be done")),
                ("language", models.CharField(default="en", max_length=8, verbose_name="language")),
                ("due_on", models.DateField(verbose_name="due on")),
                ("is_example", models.BooleanField(default=False)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="action_points",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person who does it",
                    ),
                ),
                (
                    "owner_partner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="action_points",
                        to="partners.partner",
                        verbose_name="partner that does it",
                    ),
                ),
                (
                    "verifier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="action_points_to_verify",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person who verifies it",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="action_points",
                        to="partners.body",
                        verbose_name="body",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="action_points",
                        to="partners.decision",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="action_points",
                        to="partners.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "action point",
                "ordering": ["due_on", "pk"],
                "indexes": [
                    models.Index(fields=["state", "due_on"], name="partners_ac_state_556920_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("owner__isnull", False),
                            ("owner_partner__isnull", False),
                            _connector="OR",
                        ),
                        name="an_action_point_has_an_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("owner", None),
                            models.Q(("owner", models.F("verifier")), _negated=True),
                            _connector="OR",
                        ),
                        name="another_person_verifies",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(verbose_name="correction")),
                ("language", models.CharField(default="en", max_length=8, verbose_name="language")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="partners.decision",
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="partners.minutes",
                    ),
                ),
            ],
            options={
                "verbose_name": "correction",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision__isnull", False), ("minutes", None)),
                            models.Q(("decision", None), ("minutes__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_correction_is_of_one_text",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ActionMove",
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
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="partners.actionpoint",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Citation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(db_index=True, max_length=190)),
                (
                    "action_point",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="citations",
                        to="partners.actionpoint",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="citations",
                        to="partners.decision",
                    ),
                ),
            ],
            options={
                "verbose_name": "citation",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("action_point__isnull", False), ("decision", None)),
                            models.Q(("action_point", None), ("decision__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_citation_has_one_owner",
                    ),
                    models.UniqueConstraint(
                        fields=("decision", "reference"), name="a_decision_cites_a_record_once"
                    ),
                    models.UniqueConstraint(
                        fields=("action_point", "reference"),
                        name="an_action_point_cites_a_record_once",
                    ),
                ],
            },
        ),
        migrations.AlterModelOptions(
            name="priority",
            options={"ordering": ["partner", "kind", "rank"], "verbose_name": "priority"},
        ),
        migrations.RemoveConstraint(
            model_name="mandate",
            name="one_open_mandate_a_role",
        ),
        migrations.RemoveConstraint(
            model_name="priority",
            name="one_priority_a_rank",
        ),
        migrations.AddField(
            model_name="accessionrequest",
            name="advice",
            field=models.CharField(
                blank=True,
                choices=[("accept", "to accept"), ("decline", "to decline")],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="accessionrequest",
            name="assigned_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="assigned to",
            ),
        ),
        migrations.AddField(
            model_name="accessionrequest",
            name="door",
            field=models.CharField(
                choices=[
                    ("mail", "by e-mail"),
                    ("form", "by the form"),
                    ("officer", "by an officer’s hand"),
                ],
                default="officer",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="accessionrequest",
            name="link_number",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="accessionrequest",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="partners.accessionrequest",
            ),
        ),
        migrations.AddField(
            model_name="accessionrequest",
            name="same_as",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_requests",
                to="partners.partner",
            ),
        ),
        migrations.AddField(
            model_name="accessionrequest",
            name="snoozed_until",
            field=models.DateField(blank=True, null=True, verbose_name="put off until"),
        ),
        migrations.AddField(
            model_name="accessionrequest",
            name="thread",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="request",
                to="mailroom.thread",
            ),
        ),
        migrations.AddField(
            model_name="mandate",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="partner",
            name="heard_on",
            field=models.DateField(blank=True, null=True, verbose_name="last heard of on"),
        ),
        migrations.AddField(
            model_name="partner",
            name="languages",
            field=models.JSONField(blank=True, default=list, verbose_name="working languages"),
        ),
        migrations.AddField(
            model_name="partner",
            name="logo",
            field=models.ImageField(blank=True, upload_to="logos", verbose_name="logo"),
        ),
        migrations.AddField(
            model_name="partner",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="chapters",
                to="partners.partner",
                verbose_name="part of",
            ),
        ),
        migrations.AddField(
            model_name="partner",
            name="size_class",
            field=models.CharField(
                blank=True,
                choices=[
                    ("micro", "fewer than 10 people"),
                    ("small", "10 to 49 people"),
                    ("medium", "50 to 249 people"),
                    ("large", "250 people or more"),
                ],
                max_length=10,
                verbose_name="size",
            ),
        ),
        migrations.AddField(
            model_name="partner",
            name="successor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="predecessors",
                to="partners.partner",
            ),
        ),
        migrations.AddField(
            model_name="partner",
            name="verified_until",
            field=models.DateField(blank=True, null=True, verbose_name="verified until"),
        ),
        migrations.AddField(
            model_name="partner",
            name="works_in",
            field=models.ManyToManyField(
                blank=True,
                related_name="partners_at_work",
                to="places.place",
                verbose_name="works in",
            ),
        ),
        migrations.AddField(
            model_name="priority",
            name="kind",
            field=models.CharField(
                choices=[("priority", "Priority"), ("opportunity", "Opportunity")],
                default="priority",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="accessionrequest",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Being filled in"),
                    ("received", "Received"),
                    ("acknowledged", "Acknowledged"),
                    ("incomplete", "Incomplete"),
                    ("under_vetting", "Under vetting"),
                    ("recommended", "Recommended"),
                    ("accepted", "Accepted"),
                    ("declined", "Declined"),
                    ("withdrawn", "Withdrawn"),
                    ("set_aside", "Set aside"),
                    ("merged", "Merged into another request"),
                ],
                db_index=True,
                default="received",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="mandate",
            name="role",
            field=models.CharField(
                choices=[
                    ("focal_point", "Lead focal point"),
                    ("editor", "Editor"),
                    ("signatory", "Signatory"),
                    ("viewer", "Viewer"),
                ],
                default="focal_point",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="partner",
            name="state",
            field=models.CharField(
                choices=[
                    ("active", "Active"),
                    ("non_communicating", "Non-communicating"),
                    ("suspended", "Suspended"),
                    ("delisted", "Delisted"),
                    ("withdrawn", "Withdrawn"),
                    ("merged", "Merged into another partner"),
                ],
                default="active",
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="accessionrequest",
            index=models.Index(fields=["state", "-closed_at"], name="partners_ac_state_7892e8_idx"),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("person", "partner"),
                name="one_open_mandate_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None), ("role", "focal_point")),
                fields=("partner",),
                name="one_lead_focal_point",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at", None), ("until__isnull", False), _connector="OR"),
                name="an_ended_mandate_has_its_last_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="priority",
            constraint=models.UniqueConstraint(
                fields=("partner", "kind", "rank"), name="one_priority_a_kind_and_rank"
            ),
        ),
        migrations.AddField(
            model_name="partner",
            name="sectors",
            field=models.ManyToManyField(
                blank=True, related_name="partners", to="partners.sector", verbose_name="sectors"
            ),
        ),
    ]
