package __PACKAGE__.internal;

import java.util.List;
import java.util.Map;

/** What a call was answered with: the status, the headers and the text of the body. */
public final class ApiAnswer {

    private final int status;
    private final Map<String, List<String>> headers;
    private final String body;

    ApiAnswer(int status, Map<String, List<String>> headers, String body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    public boolean isSuccessful() {
        return status >= 200 && status < 300;
    }

    /** The status code. */
    public int httpStatusCode() {
        return status;
    }

    /** The first header of a name, in small letters, or null. */
    public String header(String name) {
        List<String> found = headers.get(name.toLowerCase(java.util.Locale.ROOT));
        return found == null || found.isEmpty() ? null : found.get(0);
    }

    /** The body as it came. */
    public String rawBody() {
        return body;
    }

    /** The body as JSON; null of an empty one. */
    public Object json() {
        return body.isEmpty() ? null : Json.read(body);
    }
}
