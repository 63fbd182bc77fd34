package __PACKAGE__.model;

import __PACKAGE__.internal.ApiAnswer;

/** The API's answer was no success. */
public class __SERVICE__Exception extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ApiAnswer answer;

    public __SERVICE__Exception(ApiAnswer answer) {
        super("status " + answer.httpStatusCode());
        this.answer = answer;
    }

    /** The status, the headers and the body. */
    public ApiAnswer sdkHttpMetadata() {
        return answer;
    }

    public int httpStatusCode() {
        return answer.httpStatusCode();
    }
}
