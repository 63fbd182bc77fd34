package __PACKAGE__.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** JSON as maps, lists, strings, longs, doubles, booleans and null. */
public final class Json {

    private static final int MAX_DEPTH = 512;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    public static Object read(String text) {
        Json json = new Json(text);
        Object value = json.value(0);
        json.blanks();
        if (json.at != text.length()) {
            throw json.wrong();
        }
        return value;
    }

    public static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    public static String text(Object value) {
        return value == null ? null : value instanceof String ? (String) value : write(value);
    }

    public static Integer integer(Object value) {
        return value instanceof Number ? (Integer) ((Number) value).intValue() : null;
    }

    public static Long whole(Object value) {
        return value instanceof Number ? (Long) ((Number) value).longValue() : null;
    }

    public static Double number(Object value) {
        return value instanceof Number ? (Double) ((Number) value).doubleValue() : null;
    }

    public static Boolean truth(Object value) {
        return value instanceof Boolean ? (Boolean) value : null;
    }

    /** The members of an object; of anything else, none. */
    public static Map<?, ?> members(Object value) {
        return value instanceof Map ? (Map<?, ?>) value : new LinkedHashMap<String, Object>();
    }

    /** The items of a list, each turned. */
    public static <T> List<T> items(Object value, Function<Object, T> turn) {
        if (!(value instanceof List)) {
            return null;
        }
        List<T> items = new ArrayList<>();
        for (Object item : (List<?>) value) {
            items.add(turn.apply(item));
        }
        return items;
    }

    /** The other way. */
    public static <T> List<Object> list(List<T> items, Function<T, Object> turn) {
        if (items == null) {
            return null;
        }
        List<Object> list = new ArrayList<>();
        for (T item : items) {
            list.add(turn.apply(item));
        }
        return list;
    }

    private static void write(Object value, StringBuilder out) {
        if (value instanceof Map) {
            out.append('{');
            String comma = "";
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                out.append(comma);
                quote(String.valueOf(entry.getKey()), out);
                out.append(':');
                write(entry.getValue(), out);
                comma = ",";
            }
            out.append('}');
        } else if (value instanceof Iterable) {
            out.append('[');
            String comma = "";
            for (Object item : (Iterable<?>) value) {
                out.append(comma);
                write(item, out);
                comma = ",";
            }
            out.append(']');
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            quote(value.toString(), out);
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\%c%04x", 'u', (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private Object value(int depth) {
        blanks();
        if (depth > MAX_DEPTH || at >= text.length()) {
            throw wrong();
        }
        switch (text.charAt(at)) {
            case '{':
                return object(depth);
            case '[':
                return array(depth);
            case '"':
                return string();
            case 't':
                return word("true", Boolean.TRUE);
            case 'f':
                return word("false", Boolean.FALSE);
            case 'n':
                return word("null", null);
            default:
                return numeral();
        }
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        blanks();
        if (eat('}')) {
            return members;
        }
        do {
            blanks();
            String key = string();
            blanks();
            expect(':');
            members.put(key, value(depth + 1));
            blanks();
        } while (eat(','));
        expect('}');
        return members;
    }

    private List<Object> array(int depth) {
        List<Object> items = new ArrayList<>();
        at++;
        blanks();
        if (eat(']')) {
            return items;
        }
        do {
            items.add(value(depth + 1));
            blanks();
        } while (eat(','));
        expect(']');
        return items;
    }

    private String string() {
        expect('"');
        StringBuilder out = new StringBuilder();
        while (true) {
            char c = next();
            if (c == '"') {
                return out.toString();
            }
            out.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = next();
        switch (c) {
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                int unit = 0;
                for (int i = 0; i < 4; i++) {
                    unit = unit * 16 + Math.max(0, Character.digit(next(), 16));
                }
                return (char) unit;
            default:
                return c;
        }
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong();
        }
        at += word.length();
        return value;
    }

    private Number numeral() {
        int from = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String numeral = text.substring(from, at);
        try {
            return Long.valueOf(numeral);
        } catch (NumberFormatException noLong) {
            try {
                return Double.valueOf(numeral);
            } catch (NumberFormatException none) {
                throw wrong();
            }
        }
    }

    private char next() {
        if (at >= text.length()) {
            throw wrong();
        }
        return text.charAt(at++);
    }

    private boolean eat(char wanted) {
        boolean found = at < text.length() && text.charAt(at) == wanted;
        if (found) {
            at++;
        }
        return found;
    }

    private void expect(char wanted) {
        if (!eat(wanted)) {
            throw wrong();
        }
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("no JSON at character " + at);
    }
}
