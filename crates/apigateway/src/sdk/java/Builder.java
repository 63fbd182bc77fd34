package __PACKAGE__;

import __PACKAGE__.internal.ApiCall;

/** Makes clients of the API. */
public final class __SERVICE__ClientBuilder {

    private final ApiCall.Settings settings = new ApiCall.Settings();

    __SERVICE__ClientBuilder() {
        settings.endpoint = __ENDPOINT__;
        settings.region = __REGION__;
    }

    /** Another place where the stage is served. */
    public __SERVICE__ClientBuilder endpoint(String endpoint) {
        settings.endpoint = endpoint;
        return this;
    }

    /** The key of a usage plan. */
    public __SERVICE__ClientBuilder apiKey(String apiKey) {
        settings.apiKey = apiKey;
        return this;
    }

    /** What signs calls of methods whose authorization is AWS_IAM; the token is null for a user's keys. */
    public __SERVICE__ClientBuilder iamCredentials(String accessKeyId, String secretKey, String sessionToken) {
        settings.accessKey = accessKeyId;
        settings.secretKey = secretKey;
        settings.sessionToken = sessionToken;
        return this;
    }

    /** The region that signatures name. */
    public __SERVICE__ClientBuilder iamRegion(String region) {
        settings.region = region;
        return this;
    }

    /** How long a connection may take, in milliseconds. */
    public __SERVICE__ClientBuilder connectionTimeout(int millis) {
        settings.connectionTimeoutMillis = millis;
        return this;
    }

    /** How long a call may take, in milliseconds. */
    public __SERVICE__ClientBuilder httpRequestTimeout(int millis) {
        settings.httpRequestTimeoutMillis = millis;
        return this;
    }

    public __SERVICE__ build() {
        return new __SERVICE__Client(settings.connect());
    }
}
