"""Addresses that every county has: the front page, sign-in, sign-out, language."""

from django.urls import path
from django.views.i18n import set_language

from xinglin.show.common import second_views, signin

urlpatterns = [
    path("", signin.front, name="front"),
    path("sign-in/", signin.SignIn.as_view(), name="sign_in"),
    path("sign-in/second/", second_views.second, name="second"),
    path("sign-in/second/setup/", second_views.setup, name="second_setup"),
    path("sign-in/password/", signin.NewPassword.as_view(), name="password"),
    path("sign-out/", signin.SignOut.as_view(), name="sign_out"),
    path("language/", set_language, name="set_language"),
]
