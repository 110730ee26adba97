import Failures
import GitRepository

/// The checks of the place where the tool runs.
struct SiteExamination {
  let run: Run
  static let subject = "site"

  func results() async throws -> [DoctorResult] {
    func check(
      _ check: DoctorCheck, _ body: () async throws -> [DoctorVerdict]
    ) async throws -> [DoctorResult] {
      try await DoctorExamining.results(check, Self.subject, body)
    }
    var results = try await check(.configuration) { configuration() }
    guard let path = run.repositoryPath(nil) else {
      let none = DoctorVerdict.warning("none is configured", "set repository.path")
      results.append(DoctorResult(check: .repository, subject: Self.subject, verdict: none))
      return results
        + DoctorExamining.skipped(
          [.repositoryLock, .repositoryRead, .repositoryPush], Self.subject,
          "no repository is configured")
    }
    guard Files.exists(path) else {
      let missing = DoctorVerdict.warning("\(path) is not there yet; sync makes it")
      results.append(DoctorResult(check: .repository, subject: Self.subject, verdict: missing))
      return results
        + DoctorExamining.skipped(
          [.repositoryLock, .repositoryRead, .repositoryPush], Self.subject,
          "there is no local repository yet")
    }
    results += try await check(.repository) { try repository(path) }
    guard let repository = try? GitRepository.open(at: path) else {
      return results
        + DoctorExamining.skipped(
          [.repositoryLock, .repositoryRead, .repositoryPush], Self.subject,
          "the local repository cannot be opened")
    }
    results += try await check(.repositoryLock) { try repositoryLock(repository) }
    results += try await check(.repositoryRead) { try await repositoryRead(repository) }
    results += try await check(.repositoryPush) { try await repositoryPush(repository) }
    return results
  }
}
