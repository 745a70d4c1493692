package dev.capstan.launcher;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = "Prints a script that lets the shell complete verbs and options.",
        footer = {"", "Examples:", "  source <(capstan completion bash)", "  capstan completion zsh >> ~/.zshrc"})
final class CompletionVerb implements Runnable {
    @Spec private CommandSpec spec;

    private enum Shell {
        bash,
        zsh
    }

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
    private Shell shell;

    @Override
    public void run() {
        String script = AutoComplete.bash("capstan", spec.root().commandLine());
        String zsh = "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n";
        spec.commandLine().getOut().println(shell == Shell.zsh ? zsh + script : script);
    }
}
