"""The reader's language: Chinese unless they chose another; what the browser prefers is not asked."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

OFFERED = frozenset(code for code, _title in settings.LANGUAGES)


class ChosenLanguageMiddleware:
    """Reads the cookie that the language switch sets."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        with translation.override(chosen if chosen in OFFERED else settings.LANGUAGE_CODE):
            answer = self.get_response(request)
            answer.setdefault("Content-Language", translation.get_language() or "")
        return answer
