package io.kestra.plugin.scripts.shell;

import io.kestra.core.models.annotations.Plugin;
import io.kestra.core.models.property.Property;
import io.kestra.plugin.scripts.exec.AbstractExecScript;
import jakarta.validation.constraints.NotNull;
import java.util.List;

/** Stands in for the task of Kestra's shell plugin, which Maven Central does not have. It inherits all other properties. */
@Plugin
public class Commands extends AbstractExecScript {
    private Property<String> containerImage = Property.ofValue("ubuntu");

    @NotNull
    private Property<List<String>> commands;

    @Override
    public Property<String> getContainerImage() {
        return containerImage;
    }

    public Property<List<String>> getCommands() {
        return commands;
    }
}
