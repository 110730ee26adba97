import Commands

await Tool.run()
