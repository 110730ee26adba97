import Commands

await RootCommand.main()
