"""A browser without JavaScript: it keeps cookies, reads forms and sends them, and follows no redirect by itself."""

from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import requests


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.links, self.labels, self.ids, self.lang, self.text = [], [], set(), [], None, []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "html":
            self.lang = attrs.get("lang")
        elif tag == "form":
            self.forms.append(
                {"action": attrs["action"], "method": attrs.get("method", "get"), "fields": {}, "inputs": []}
            )
        elif tag in ("input", "button") and self.forms:
            self.forms[-1]["inputs"].append({"tag": tag, **attrs})
            if tag == "input" and attrs.get("name"):
                self.forms[-1]["fields"][attrs["name"]] = attrs.get("value") or ""
        elif tag == "a":
            self.links.append(attrs.get("href"))
        elif tag == "label":
            self.labels.add(attrs.get("for"))

    def handle_data(self, data):
        self.text.append(data)


class Page:
    """What the server answered."""

    def __init__(self, response):
        self.status = response.status_code
        self.headers = response.headers
        self.html = response.text
        self.location = response.headers.get("Location")
        self.set_cookies = response.raw.headers.getlist("Set-Cookie")
        self.url = response.url
        reader = _Reader()
        if "html" in response.headers.get("Content-Type", ""):
            reader.feed(response.text)
        self.forms, self.links, self.labels = reader.forms, reader.links, reader.labels
        self.ids, self.lang, self.text = reader.ids, reader.lang, " ".join(" ".join(reader.text).split())

    def form(self, path):
        """The form that is sent to a path's end."""
        return next(form for form in self.forms if urlsplit(form["action"]).path.endswith(path))

    @property
    def query(self):
        """Parameters of the redirect's query."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.location).query).items()}

    @property
    def fragment(self):
        """Parameters of the redirect's fragment."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.location).fragment).items()}


class Browser:
    """A person at the hosted pages under `domain` (a URL without a slash at the end)."""

    def __init__(self, domain):
        self.domain = domain
        self.cookies = {}
        self.http = requests.Session()
        self.http.trust_env = False

    def request(self, method, url, data=None, headers=None):
        if self.cookies:
            cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers = {"Cookie": cookie, **(headers or {})}
        self.http.cookies.clear()
        response = self.http.request(method, url, data=data, headers=headers, allow_redirects=False, timeout=30)
        page = Page(response)
        for line in page.set_cookies:
            name, value = line.split(";", 1)[0].split("=", 1)
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return page

    def get(self, path, **params):
        """A path of the domain."""
        query = "?" + urlencode(params) if params else ""
        return self.request("GET", self.domain + path + query)

    def follow(self, page):
        """Where the page leads."""
        return self.request("GET", urljoin(page.url, page.location))

    def open(self, path="/oauth2/authorize", **params):
        """Opens the pages and follows to the one that is shown or to the first redirect that leaves the domain."""
        page = self.get(path, **params)
        while page.location and urljoin(page.url, page.location).startswith(self.domain):
            page = self.follow(page)
        return page

    def submit(self, page, path, headers=None, **fields):
        """Fills the form in and sends it. `fields` with None are left out."""
        form = page.form(path)
        data = {name: value for name, value in {**form["fields"], **fields}.items() if value is not None}
        answer = self.request("POST", urljoin(page.url, form["action"]), data=data, headers=headers)
        while answer.location and urljoin(answer.url, answer.location).startswith(self.domain):
            answer = self.follow(answer)
        return answer

    def sign_in(self, username, password, **params):
        """From the client's link to the client's answer."""
        return self.submit(self.open(**params), "/login", username=username, password=password)
