using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Validation;

namespace YarpIngress.Tests.LocalCluster.Schema;

/// <summary>A Deployment with most of what manifests in the wild use passes strict validation.</summary>
public class RealManifestTests
{
    private const string Deployment = """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"controller","namespace":"ingress","labels":{"app.kubernetes.io/name":"c"}},
         "spec":{"minReadySeconds":0,"revisionHistoryLimit":10,"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":1}},
          "selector":{"matchLabels":{"app.kubernetes.io/name":"c"},"matchExpressions":[{"key":"app.kubernetes.io/name","operator":"Exists"}]},
          "template":{"metadata":{"labels":{"app.kubernetes.io/name":"c"},"annotations":{"prometheus.io/scrape":"true"}},
           "spec":{"dnsPolicy":"ClusterFirst","nodeSelector":{"kubernetes.io/os":"linux"},"serviceAccountName":"c","automountServiceAccountToken":true,
            "terminationGracePeriodSeconds":300,"priorityClassName":"system-cluster-critical","shareProcessNamespace":true,"hostAliases":[{"ip":"10.0.0.1","hostnames":["a"]}],
            "dnsConfig":{"options":[{"name":"ndots","value":"2"}]},"enableServiceLinks":false,"runtimeClassName":"gvisor","imagePullSecrets":[{"name":"pull"}],
            "securityContext":{"fsGroup":2000,"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"},"sysctls":[{"name":"net.core.somaxconn","value":"1024"}],"supplementalGroups":[1]},
            "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"a","operator":"In","values":["b"]}]}]}},
             "podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":100,"podAffinityTerm":{"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"a":"b"}}}}]}},
            "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"a":"b"}},"matchLabelKeys":["pod-template-hash"]}],
            "tolerations":[{"key":"a","operator":"Exists","effect":"NoSchedule"},{"operator":"Exists"},{"key":"b","value":"c","effect":"NoExecute","tolerationSeconds":30}],
            "initContainers":[{"name":"init","image":"busybox:1.36","command":["sh","-c","true"],"restartPolicy":"Always"}],
            "volumes":[{"name":"cert","secret":{"secretName":"cert","optional":true,"defaultMode":256,"items":[{"key":"a","path":"b","mode":256}]}},
             {"name":"config","configMap":{"name":"c","items":[{"key":"a","path":"b"}]}},{"name":"tmp","emptyDir":{"medium":"Memory","sizeLimit":"1Gi"}},
             {"name":"host","hostPath":{"path":"/x","type":"DirectoryOrCreate"}},{"name":"data","persistentVolumeClaim":{"claimName":"c","readOnly":true}},
             {"name":"nfs","nfs":{"server":"s","path":"/"}},{"name":"csi","csi":{"driver":"d","volumeAttributes":{"a":"b"}}},
             {"name":"claim","ephemeral":{"volumeClaimTemplate":{"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"s","resources":{"requests":{"storage":"1Gi"}}}}}},
             {"name":"projected","projected":{"sources":[{"serviceAccountToken":{"path":"token","expirationSeconds":600,"audience":"x"}},{"configMap":{"name":"c"}},{"secret":{"name":"s"}},
               {"downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}}]}}]}}],
            "containers":[{"name":"controller","image":"registry.example/c:v1@sha256:00","imagePullPolicy":"IfNotPresent","args":["--a"],"workingDir":"/","tty":true,"stdin":true,
             "env":[{"name":"POD_NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},{"name":"CPU","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu","divisor":"1m"}}},
               {"name":"S","valueFrom":{"secretKeyRef":{"name":"s","key":"k","optional":true}}},{"name":"C","valueFrom":{"configMapKeyRef":{"name":"c","key":"k"}}},{"name":"V","value":""}],
             "envFrom":[{"configMapRef":{"name":"c"}},{"prefix":"P_","secretRef":{"name":"s","optional":true}}],
             "ports":[{"name":"http","containerPort":80,"hostPort":8080,"hostIP":"127.0.0.1"},{"name":"dns","containerPort":53,"protocol":"UDP"}],
             "lifecycle":{"preStop":{"exec":{"command":["/wait"]}},"postStart":{"httpGet":{"path":"/","port":"http"}}},
             "livenessProbe":{"httpGet":{"path":"/healthz","port":10254,"scheme":"HTTP","httpHeaders":[{"name":"a","value":"b"}]},"failureThreshold":5},
             "readinessProbe":{"tcpSocket":{"port":"http"},"initialDelaySeconds":1},"startupProbe":{"grpc":{"port":9000,"service":"s"},"terminationGracePeriodSeconds":1},
             "resources":{"requests":{"cpu":"100m","memory":"90Mi"},"limits":{"cpu":1,"memory":"1Gi"},"claims":[{"name":"gpu"}]},
             "securityContext":{"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,"privileged":false,"capabilities":{"add":["NET_BIND_SERVICE"],"drop":["ALL"]},"runAsUser":101,"runAsGroup":101,"appArmorProfile":{"type":"RuntimeDefault"}},
             "volumeMounts":[{"name":"cert","mountPath":"/cert","readOnly":true,"subPath":"a"},{"name":"tmp","mountPath":"/tmp","mountPropagation":"HostToContainer"}],
             "volumeDevices":[{"name":"data","devicePath":"/dev/x"}]}]}}}}
        """;

    [Fact]
    public void Passes_strict_validation()
    {
        var schema = Documents.Schema("Deployment");
        var value = JsonNode.Parse(Deployment)!.AsObject();
        Assert.Null(FieldValidation.DecodeError(schema, value));
        Assert.Empty(FieldValidation.UnknownFields(schema, value));
        Defaulting.Apply(schema, value);
        Assert.Empty(ObjectValidation.Create("apps", "Deployment", value).Select(e => e.ToString()));
        Assert.Empty(FieldValidation.UnknownFields(schema, value));
    }
}
