"""Addresses of deliveries."""

from django.urls import path

from xinglin.show.deliveries.views import (
    board,
    delivery,
    forms,
    inbox,
    kit,
    matters,
    mending,
    platform,
    questions,
    tokens,
    upload,
)

urlpatterns = [
    path("deliveries/", board.deliveries, name="deliveries"),
    path("deliveries/upload/", upload.upload, name="upload"),
    path("deliveries/uploads/<int:number>/", upload.progress, name="upload_progress"),
    path("deliveries/questions/", questions.questions, name="questions"),
    path("deliveries/questions/<int:number>/", questions.answer, name="answer_question"),
    path("deliveries/questions/<int:number>/rows/", questions.question_rows, name="question_rows"),
    path("deliveries/questions/<int:number>/alike/", questions.answer_alike, name="answer_alike"),
    path("deliveries/codes/<slug:source>/", mending.codes, name="codes"),
    path("deliveries/codes/<slug:source>/<int:number>/", mending.map_code, name="map_code"),
    path("deliveries/platform/", platform.platform, name="platform"),
    path("deliveries/platform/export/", platform.export, name="platform_export"),
    path("deliveries/platform/answer/", platform.answer, name="platform_answer"),
    path("deliveries/forms/", forms.forms, name="forms_from_where"),
    path("deliveries/matters/", matters.answer, name="source_matter"),
    path("deliveries/sources/<slug:source>/", matters.source, name="source"),
    path("deliveries/tokens/", tokens.tokens, name="tokens"),
    path("deliveries/tokens/revoke/", tokens.revoke, name="token_revoke"),
    path("in/receipts/<int:number>/", inbox.receipt, name="inbox_receipt"),
    path("in/receipts/<int:number>/workbook/", inbox.workbook, name="inbox_workbook"),
    path("in/<str:environment>/<slug:record>/", inbox.take, name="inbox"),
    path("in/<str:environment>/<slug:record>/<str:name>", inbox.take, name="inbox_named"),
    path("deliveries/kits/", kit.kits, name="kits"),
    path("deliveries/kits/<slug:record>/", kit.kit, name="kit"),
    path("deliveries/kits/<slug:record>/<str:file>", kit.download, name="kit_file"),
    path("deliveries/<int:number>/", delivery.delivery, name="delivery"),
    path("deliveries/<int:number>/workbook/", delivery.workbook, name="delivery_workbook"),
    path("deliveries/<int:number>/reread/", upload.reread, name="delivery_reread"),
]
