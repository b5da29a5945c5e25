import io.kestra.core.models.flows.Flow;
import io.kestra.core.models.validations.ModelValidator;
import io.kestra.core.runners.VariableRenderer;
import io.kestra.core.serializers.JacksonMapper;
import io.kestra.core.serializers.YamlParser;
import io.kestra.plugin.scripts.shell.Commands;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.DefaultApplicationContext;
import io.micronaut.inject.BeanDefinitionReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a flow as Kestra does, checks it by Kestra's validators, and renders the days that its task exports, for several
 * executions. Arguments: the version of Kestra, the flow, the file to write the result to.
 */
public class CheckFlow {
    private static final String START = "2026-03-01T00:10:00.123Z";

    /** Executions: by the schedule, by hand without inputs, with either input, with both. */
    private static final List<Map<String, Object>> EXECUTIONS = List.of(
        Map.of("trigger", Map.of("date", "2026-01-02T03:30:00.000Z"), "inputs", Map.of()),
        Map.of("inputs", Map.of()),
        Map.of("inputs", Map.of("from", LocalDate.parse("2026-01-05"))),
        Map.of("inputs", Map.of("to", LocalDate.parse("2026-01-07"))),
        Map.of("inputs", new TreeMap<>(Map.of("from", LocalDate.parse("2026-01-05"), "to", LocalDate.parse("2026-01-07"))))
    );

    /** The bean of a running worker, which is in none of these packages. */
    private static final String WORKER_BEAN = "io.kestra.core.worker.models.WorkerInfo";

    public static void main(String[] arguments) {
        int code = 0;
        try {
            check(arguments);
        } catch (Exception error) {
            System.err.println("The flow was refused: " + error);
            code = 1;
        }
        // Threads of the context would keep this process alive.
        Runtime.getRuntime().halt(code);
    }

    private static void check(String[] arguments) throws Exception {
        String source = Files.readString(Path.of(arguments[1]));
        ApplicationContext context = new Context().start();
        Flow flow = YamlParser.parse(source, Flow.class);
        context.getBean(ModelValidator.class).validate(flow);
        var rendered = new ArrayList<Map<String, Object>>();
        for (var execution : EXECUTIONS) rendered.add(render(context.getBean(VariableRenderer.class), flow, execution));
        var hash = MessageDigest.getInstance("SHA-256").digest(source.getBytes("UTF-8"));
        Map<String, Object> result = new TreeMap<>(
            Map.of("kestra", arguments[0], "sha256", HexFormat.of().formatHex(hash), "executions", rendered)
        );
        String json = JacksonMapper.ofJson().writerWithDefaultPrettyPrinter().writeValueAsString(result);
        Files.writeString(Path.of(arguments[2]), json + "\n");
        System.out.println("The flow is valid for Kestra " + arguments[0] + ".");
    }

    private static Map<String, Object> render(VariableRenderer renderer, Flow flow, Map<String, Object> execution)
        throws Exception {
        var variables = new TreeMap<String, Object>(execution);
        variables.put("vars", flow.getVariables());
        variables.put("execution", Map.of("startDate", START));
        Commands task = (Commands) flow.getTasks().getFirst();
        // Until it is rendered, a property is its JSON text.
        Map<?, ?> environment = JacksonMapper.ofJson().readValue(task.getEnv().toString(), Map.class);
        return new TreeMap<>(
            Map.of(
                "execution", new TreeMap<>(execution),
                "from", renderer.render((String) environment.get("FROM"), variables),
                "to", renderer.render((String) environment.get("TO"), variables)
            )
        );
    }

    private static final class Context extends DefaultApplicationContext {
        @Override
        protected List<BeanDefinitionReference> resolveBeanDefinitionReferences() {
            return super.resolveBeanDefinitionReferences()
                .stream()
                .filter(bean -> !bean.getBeanType().getName().equals(WORKER_BEAN))
                .toList();
        }
    }
}
