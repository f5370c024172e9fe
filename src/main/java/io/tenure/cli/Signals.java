package io.tenure.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Consumer;

/** The signals that this process is sent, so that they can be passed on instead of ending it. */
final class Signals {
    /** Those that people and supervisors send to a job. The JVM keeps USR1 and QUIT for itself. */
    private static final List<String> NAMES = List.of("TERM", "INT", "HUP", "USR2", "CONT", "WINCH");

    private Signals() {}

    /**
     * Has each of them told to the handler by its name, such as {@code TERM}, in place of what they do otherwise. By reflection, because
     * the only class that can is not part of the platform's public interface, and compilers warn of it.
     */
    static void handle(Consumer<String> handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> signalHandler = Class.forName("sun.misc.SignalHandler");
            for (String name : NAMES) {
                InvocationHandler told = (proxy, method, arguments) -> switch (method.getName()) {
                    case "handle" -> {
                        handler.accept(name);
                        yield null;
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> name.hashCode();
                    default -> name;
                };
                Object proxy =
                        Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {signalHandler}, told);
                var unused = signal.getMethod("handle", signal, signalHandler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM lets no signals be handled", e);
        }
    }
}
