package __PACKAGE__.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** One call of the API: its parts, its signature and its answer. */
public final class ApiCall {

    /** What all calls of a client have in common. */
    public static final class Settings {
        public String endpoint;
        public String region;
        public String apiKey;
        public String accessKey;
        public String secretKey;
        public String sessionToken;
        public int connectionTimeoutMillis = 10_000;
        public int httpRequestTimeoutMillis = 50_000;
        private HttpClient http;

        /** Makes the connections; to be called once, when all is set. */
        public Settings connect() {
            http = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofMillis(connectionTimeoutMillis))
                    .build();
            return this;
        }
    }

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String UNRESERVED = "-._~";

    private final Settings settings;
    private final String verb;
    private final boolean signed;
    private String path;
    private final List<String> query = new ArrayList<>();
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private String body = "";

    public ApiCall(Settings settings, String verb, String path, boolean signed) {
        this.settings = settings;
        this.verb = verb;
        this.path = path;
        this.signed = signed;
        headers.put("Accept", "application/json");
    }

    /** Puts a value in the place of {name}; a greedy one keeps its slashes. */
    public void path(String name, String value) {
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("the path parameter " + name + " is missing");
        }
        path = path.replace("{" + name + "}", encode(value));
        path = path.replace("{" + name + "+}", encode(value).replace("%2F", "/"));
    }

    /** Adds a parameter to the query, one for each item of a collection. */
    public void query(String name, Object value) {
        if (value instanceof Collection) {
            ((Collection<?>) value).forEach(item -> query(name, item));
        } else if (value != null) {
            query.add(encode(name) + "=" + encode(value.toString()));
        }
    }

    public void header(String name, Object value) {
        if (value != null) {
            headers.put(name, value.toString());
        }
    }

    public void body(Object json) {
        if (json != null) {
            body = Json.write(json);
            headers.putIfAbsent("Content-Type", "application/json");
        }
    }

    public ApiAnswer send() {
        String base = settings.endpoint.replaceAll("/+$", "");
        query.sort(null);
        URI uri = URI.create(base + path + (query.isEmpty() ? "" : "?" + String.join("&", query)));
        if (settings.apiKey != null) {
            headers.put("x-api-key", settings.apiKey);
        }
        if (signed && settings.accessKey != null) {
            sign(uri);
        }
        HttpRequest.BodyPublisher content = body.isEmpty()
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofMillis(settings.httpRequestTimeoutMillis))
                .method(verb, content);
        headers.forEach(request::header);
        try {
            HttpResponse<String> answer =
                    settings.http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            return new ApiAnswer(answer.statusCode(), answer.headers().map(), answer.body());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(interruption));
        }
    }

    /** Signature Version 4. */
    private void sign(URI uri) {
        String date = STAMP.format(Instant.now());
        String scope = date.substring(0, 8) + "/" + settings.region + "/execute-api/aws4_request";
        headers.put("x-amz-date", date);
        Map<String, String> signedHeaders = new TreeMap<>();
        int port = uri.getPort();
        signedHeaders.put("host", uri.getHost() + (port < 0 ? "" : ":" + port));
        signedHeaders.put("x-amz-date", date);
        if (settings.sessionToken != null) {
            headers.put("x-amz-security-token", settings.sessionToken);
            signedHeaders.put("x-amz-security-token", settings.sessionToken);
        }
        StringBuilder canonical = new StringBuilder(verb).append('\n');
        canonical.append(encode(uri.getRawPath()).replace("%2F", "/")).append('\n');
        canonical.append(uri.getRawQuery() == null ? "" : uri.getRawQuery()).append('\n');
        signedHeaders.forEach((name, value) -> canonical.append(name).append(':').append(value).append('\n'));
        String names = String.join(";", signedHeaders.keySet());
        canonical.append('\n').append(names).append('\n').append(hex(sha256(body)));
        String text = "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n" + hex(sha256(canonical.toString()));
        byte[] key = ("AWS4" + settings.secretKey).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/")) {
            key = hmac(key, part);
        }
        headers.put("Authorization", "AWS4-HMAC-SHA256 Credential=" + settings.accessKey + "/" + scope
                + ", SignedHeaders=" + names + ", Signature=" + hex(hmac(key, text)));
    }

    private static String encode(String text) {
        StringBuilder out = new StringBuilder();
        for (byte unit : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (unit & 0xff);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
            if (plain) {
                out.append(c);
            } else {
                out.append(String.format("%%%02X", (int) c));
            }
        }
        return out.toString();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static String hex(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (byte unit : bytes) {
            out.append(String.format("%02x", unit));
        }
        return out.toString();
    }
}
