import Documents
import Foundation
import GitRepository
import Sandbox
import Synchronization
import Workflow

extension DoctorScenario {
  /// What makes each check fail, for the right reason.
  static func of(_ check: DoctorCheck) -> [DoctorScenario] {
    switch check.area {
    case .site: site(check)
    case .nsx: nsx(check)
    case .cluster: cluster(check) + antrea(check)
    }
  }

  private static func site(_ check: DoctorCheck) -> [DoctorScenario] {
    switch check {
    case .configuration:
      [
        DoctorScenario("warning", "NSX_ANTREA_APPLY_LOKC") {
          $0.environment = ["NSX_ANTREA_APPLY_LOKC": "false"]
        }
      ]
    case .repository:
      [
        DoctorScenario("failed", "policies.git").after { site in
          try site.write("policies.git", "not a repository")
        }
      ]
    case .repositoryLock:
      [
        DoctorScenario("failed", "refs/heads/main.lock").after { site in
          try await sync(site)
          let repository = try GitRepository.open(at: "\(site.folder)/policies.git")
          let folder = repository.isBare ? "policies.git" : "policies.git/.git"
          try site.write("\(folder)/refs/heads/\(repository.headBranch).lock", "")
        },
        DoctorScenario("warning", "held by somebody").after { site in
          try await sync(site)
          let repository = try GitRepository.open(at: "\(site.folder)/policies.git")
          try repository.lockForWriting(holder: "somebody")
          held.withLock { $0.append(repository) }
        },
      ]
    case .repositoryRead:
      [
        DoctorScenario("failed", "nowhere.git", along: [.repositoryPush]) {
          $0.flags = ["repository.remote": "/nowhere.git"]
        }.after { try await sync($0) }
      ]
    default:
      [
        DoctorScenario("failed", "nowhere.git") {
          $0.flags = ["repository.push.remote": "/nowhere.git"]
        }.after { try await sync($0) }
      ]
    }
  }

  /// The repositories that a scenario keeps locked.
  private static let held = Mutex<[GitRepository]>([])

  private static func nsx(_ check: DoctorCheck) -> [DoctorScenario] {
    switch check {
    case .nsxReachable:
      [
        DoctorScenario("failed", "credentials") {
          $0.environment = ["NSX_ANTREA_NSX_PASSWORD": "wrong"]
        }
      ]
    case .nsxCertificate:
      [
        DoctorScenario("warning", "days more") {
          $0.servers.managerValidity = .seconds(5 * 86_400)
        },
        DoctorScenario("failed", "has expired", along: [.nsxReachable]) {
          $0.servers.managerValidity = .seconds(-3600)
        },
        DoctorScenario("warning", "not checked") { $0.flags = ["nsx.insecureSkipVerify": "true"] },
        // A certificate that is trusted by itself is its own authority.
        DoctorScenario(
          "warning", "(the authority)", "days more", along: [.nsxReachable, .clusterReachable]
        ) {
          $0.servers.managerValidity = .seconds(5 * 86_400)
        }.after { site in
          try site.write("ca.crt", site.managerServer.identity.certificatePEM)
        },
      ]
    case .nsxClock:
      [
        DoctorScenario("failed", "s ahead of ours") { $0.servers.managerSkew = .seconds(900) },
        DoctorScenario("warning", "s behind ours") { $0.servers.managerSkew = .seconds(-120) },
      ]
    case .nsxNodes:
      [
        DoctorScenario("warning", "is not healthy").after { site in
          site.managerServer.faults.set([
            FaultScript.Rule(
              pathPrefix: "/api/v1/reverse-proxy/node/health", count: nil,
              response: .json(200, ["healthy": false, "components_health": "MANAGER:DOWN"]))
          ])
        }
      ]
    case .nsxVersion:
      [DoctorScenario("failed", "3.1.3") { $0.servers.manager.version = "3.1.3.0.1" }]
    case .nsxRights:
      [
        DoctorScenario("failed", "may not read groups") {
          $0.servers.manager.unreadable = ["/policy/api/v1/infra/domains/default/groups"]
        },
        DoctorScenario("warning", "auditor", "write the inventory") {
          $0.servers.manager.roles = ["auditor"]
          $0.flags = ["inventory.enabled": "true"]
        },
        DoctorScenario("warning", "write the status of container clusters", "write the inventory") {
          $0.servers.manager.roles = ["security_engineer"]
          $0.flags = ["report.parts": "health"]
        },
        DoctorScenario("warning", "write security policies: auditor") {
          $0.servers.manager.roles = ["auditor"]
          $0.flags = ["report.policyTags": "true"]
        },
        DoctorScenario("failed", "may not read the inventory of container clusters") {
          $0.servers.manager.unreadable = ["/api/v1/fabric/container-clusters"]
          $0.flags = ["inventory.enabled": "true"]
        },
      ]
    default:
      [DoctorScenario("warning", "20 requests a second") { $0.servers.manager.rateLimit = 20 }]
    }
  }
}
