import Platform

ProcessContext.exit(Program.run(ProcessContext.arguments))
