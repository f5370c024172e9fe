package io.tenure.client.fencing;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Why {@link FencingFilter} does not let a request through: its closed list of codes. */
enum Refused {
    TOKEN_REQUIRED(428, "A fencing token is needed"),
    INVALID(400, "Not understood"),
    TOKEN_ENDED(412, "This fencing token is no longer current"),
    TOKEN_UNKNOWN(412, "No such fencing token"),
    TOKEN_UNCHECKED(503, "The fencing token could not be checked");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final int status;
    private final String title;

    Refused(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** Writes the whole answer, as RFC 9457 says, with fields that explain it. */
    void answer(HttpServletResponse response, String detail, Map<String, Object> about) throws IOException {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "urn:tenure:" + this);
        problem.put("title", title);
        problem.put("status", status);
        problem.put("code", name());
        problem.put("detail", detail);
        problem.putAll(about);
        byte[] bytes = JSON.writeValueAsBytes(problem);
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.setContentLength(bytes.length);
        if (this == TOKEN_UNCHECKED) {
            response.setHeader("Retry-After", "1");
        }
        response.getOutputStream().write(bytes);
    }
}
