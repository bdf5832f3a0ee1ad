"""What editors may do on the editing pages: compose pages and keep the vocabularies."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import GroupPagePermission, Page
from wagtail.snippets.models import get_snippet_models

GROUP = "Coalition editors"
PAGE_RIGHTS = ("add_page", "change_page", "publish_page")


@transaction.atomic
def set_up_group() -> Group:
    """The editors' group with its rights; can be run again, and takes nothing away.

    Vocabularies (Wagtail's snippets) may be added to and changed, never deleted: codes stay.
    """
    group, _made = Group.objects.get_or_create(name=GROUP)
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    kinds = ContentType.objects.get_for_models(*get_snippet_models())
    for model, kind in kinds.items():
        names = [f"{right}_{model._meta.model_name}" for right in ("add", "change", "view")]
        group.permissions.add(*Permission.objects.filter(content_type=kind, codename__in=names))
    root = Page.get_first_root_node()
    for right in Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=PAGE_RIGHTS
    ):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=right)
    return group
