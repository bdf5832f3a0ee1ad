from django.urls import path

from coalition.mailroom import views

app_name = "mailroom"
urlpatterns = [
    path("mailroom/", views.queue, name="queue"),
    path("mailroom/messages.csv", views.queue_csv, name="queue_csv"),
    path("mailroom/outbox/", views.outbox, name="outbox"),
    path("mailroom/failing/", views.failing, name="failing"),
    path("mailroom/failing/<int:pk>/clear/", views.clear, name="clear"),
    path("mailroom/done/", views.done_together, name="done_together"),
    path("mailroom/read/", views.read_held, name="read_held"),
    path("mailroom/<int:pk>/", views.message, name="message"),
    path("mailroom/<int:pk>/message.eml", views.raw, name="raw"),
    path("mailroom/<int:pk>/attachments/<int:number>", views.attachment, name="attachment"),
    path("mailroom/<int:pk>/done/", views.done, name="done"),
    path("mailroom/<int:pk>/read/", views.read, name="read"),
    path("mailroom/<int:pk>/file/<int:thread>/", views.file, name="file"),
    path("unsubscribe/<str:signed>/", views.unsubscribe, name="unsubscribe"),
]
