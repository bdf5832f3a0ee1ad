"""The records of this room, by topic."""

from coalition.interventions.models.iati import OrganisationCode, Origin, Published
from coalition.interventions.models.money import (
    PAID,
    Budget,
    BudgetStatus,
    MoneyQuerySet,
    Payment,
    PaymentKind,
)
from coalition.interventions.models.programme import (
    Change,
    Intervention,
    InterventionMove,
    InterventionQuerySet,
    Uptake,
)
from coalition.interventions.models.roles import (
    IATI_ROLE,
    Kind,
    Outsider,
    Role,
    RoleMove,
    RoleQuerySet,
)
from coalition.interventions.models.work import Activity, Risk, RiskQuerySet, Weight

__all__ = [
    "IATI_ROLE",
    "PAID",
    "Activity",
    "Budget",
    "BudgetStatus",
    "Change",
    "Intervention",
    "InterventionMove",
    "InterventionQuerySet",
    "Kind",
    "MoneyQuerySet",
    "OrganisationCode",
    "Origin",
    "Outsider",
    "Payment",
    "PaymentKind",
    "Published",
    "Risk",
    "RiskQuerySet",
    "Role",
    "RoleMove",
    "RoleQuerySet",
    "Uptake",
    "Weight",
]
