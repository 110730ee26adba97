import ChildProcesses
import Foundation
import Testing

@testable import Workflow

@Suite("Identity of a process in Leases")
struct ProcessIdentityTests {
  @Test("this process is not gone, and reads itself")
  func alive() throws {
    let identity = ProcessIdentity.current()
    #expect(ProcessIdentity(parsing: "\(identity)") == identity)
    #expect(!ProcessIdentity.isGone("\(identity)"))
  }

  @Test("a process that has ended is gone")
  func ended() throws {
    let child = try ChildProgram(.init(["/bin/true"]))
    child.wait()
    var identity = ProcessIdentity.current()
    identity.process = child.id
    identity.start = "1"
    #expect(ProcessIdentity.isGone("\(identity)"))
  }

  @Test("a number that another process has got since is gone")
  func reused() {
    var identity = ProcessIdentity.current()
    identity.start = "1"
    #expect(ProcessIdentity.isGone("\(identity)"))
  }

  @Test("of other machines, and of what is no identity, nothing is said")
  func others() {
    var identity = ProcessIdentity.current()
    identity.process = 4_194_303
    identity.machine = "00000000"
    #expect(!ProcessIdentity.isGone("\(identity)"))
    identity = ProcessIdentity.current()
    identity.process = 4_194_303
    identity.host += "-2"
    #expect(!ProcessIdentity.isGone("\(identity)"))
    for text in ["", "host-12", "a/b/c-1", "a/1/c", "host/0/abc-1", "adapter-7c9f_1234"] {
      #expect(!ProcessIdentity.isGone(text), "\(text)")
    }
  }
}
